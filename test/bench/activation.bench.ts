import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInHost } from '../launch/hostRun';
import { compiledTests, root } from '../launch/paths';
import type { Teardown } from '../launch/teardown';
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
  const resultFile = join(tmpdir(), 'activation.json');
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    const entry = join(compiledTests, 'bench', 'activationInHost.js');
    await runInHost(
      { release: 'newest', entry, desktop: false, env: { [resultVariable]: resultFile } },
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
