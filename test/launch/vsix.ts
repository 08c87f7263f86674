import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from './childProcess';
import { root } from './paths';

const packageLimitMs = 3 * 60_000;

/**
 * Builds and packages the extension as users get it (`npm run package`).
 * @returns the package's path, below out/
 * @throws an Error with the last lines of vsce
 */
export async function packageExtension(): Promise<string> {
  const file = join(root, 'out', 'redis-messaging.vsix');
  await mkdir(join(root, 'out'), { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await runProcess(npm, ['run', 'package', '--', '--out', file], { cwd: root, limitMs: packageLimitMs });
  return file;
}
