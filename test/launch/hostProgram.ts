import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledTests } from './paths';
import type { VscodeRelease } from './vscodeInstall';

/**
 * Writes a program that `runTests` of @vscode/test-electron can start in place of VS Code: it takes the same arguments
 * and runs them on the server of that release. A file of its own, since `runTests` takes no leading arguments.
 * @param folder where to write it; the caller removes it
 * @returns the program's path
 */
export async function writeHostProgram(folder: string, release: VscodeRelease): Promise<string> {
  const script = join(compiledTests, 'launch', 'serverHost.js');
  if (process.platform === 'win32') {
    const file = join(folder, `vscode-${release.name}.cmd`);
    await writeFile(file, `@"${process.execPath}" "${script}" ${release.name} %*\r\n`);
    return file;
  }
  const file = join(folder, `vscode-${release.name}`);
  const quoted = [process.execPath, script].map((part) => `'${part.replaceAll("'", `'\\''`)}'`);
  await writeFile(file, `#!/bin/sh\nexec ${quoted.join(' ')} ${release.name} "$@"\n`);
  await chmod(file, 0o755);
  return file;
}
