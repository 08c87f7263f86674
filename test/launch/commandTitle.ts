import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths';

/**
 * A command's title as the Command Palette shows it in English, e.g. `Redis Messaging: Publish to Channel…`.
 * @throws an Error when package.json has no such command
 */
export function commandTitle(id: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const texts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
  const inEnglish = (text: string) => text.replace(/^%(.+)%$/, (whole, key: string) => texts[key] ?? whole);
  const commands: { command: string; title: string; category: string }[] = manifest.contributes.commands;
  const found = commands.find(({ command }) => command === id);
  if (!found) throw new Error(`package.json has no command ${id}`);
  return `${inEnglish(found.category)}: ${inEnglish(found.title)}`;
}
