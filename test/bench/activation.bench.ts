import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInHost } from '../launch/hostRun';
import { compiledTests, root } from '../launch/paths';
import type { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { packageExtension } from '../launch/vsix';
import { resultVariable } from './resultVariable';

const runs = 3;

/**
 * What starting the extension costs, as users get it (production build).
 * @returns `activateMs`: loading and activating in the newest VS Code, milliseconds, median of three fresh windows;
 * `hostBundleBytes`: what activation loads; `vsixBytes`: the package
 */
export async function run(_args: string[], teardown: Teardown): Promise<Record<string, number>> {
  const vsix = await packageExtension();
  const extension = await sleepingExtension(teardown);
  const resultFile = join(tmpdir(), 'activation.json');
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    const entry = join(compiledTests, 'bench', 'activationInHost.js');
    await runInHost(
      { release: 'newest', entry, desktop: false, extension, env: { [resultVariable]: resultFile } },
      teardown,
    );
    times.push(JSON.parse(await readFile(resultFile, 'utf8')));
  }
  times.sort((a, b) => a - b);
  return {
    activateMs: Math.round((times[Math.floor(runs / 2)] ?? Number.NaN) * 10) / 10,
    hostBundleBytes: (await stat(join(root, 'dist', 'extension.js'))).size,
    vsixBytes: (await stat(vsix)).size,
  };
}

/**
 * The built extension without its start-up event, so that it sleeps until the measurement wakes it: with the event it
 * would be active long before the extension host is quiet enough to measure anything.
 */
async function sleepingExtension(teardown: Teardown): Promise<string> {
  const folder = await tempFolder(teardown, 'ext');
  for (const part of ['dist', 'media', 'package.nls.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  const manifest: Record<string, unknown> = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
  return folder;
}
