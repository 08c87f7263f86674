import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../launch/paths';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
  };
}

/** The title of a command of ours as buttons show it, for example "Stop Worker". @param id without our prefix */
export function commandTitle(id: string): string {
  return texts(id).title;
}

/** The title of a command of ours as the palette shows it, for example "Redis Messaging: Stop Worker". */
export function paletteTitle(id: string): string {
  const { category, title } = texts(id);
  return `${category}: ${title}`;
}

function texts(id: string): { title: string; category: string } {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const found = manifest.contributes.commands.find(({ command }) => command === `redisMessaging.${id}`);
  if (found === undefined) throw new Error(`package.json has no command ${id}`);
  const file = join(root, 'package.nls.json');
  const english = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const resolve = (text: string): string =>
    text.replace(/^%(.*)%$/, (whole, key: string) => english[key] ?? whole);
  return { title: resolve(found.title), category: resolve(found.category) };
}
