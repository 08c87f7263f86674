/**
 * Runs the host suite in one VS Code through `runTests`. Started by `test.ts` with the name of the VS Code.
 *
 *   node hostSuite.js <newest|floor>            the npm registry's server in a headless browser
 *   node hostSuite.js <newest|floor> --desktop  the desktop program, downloaded by @vscode/test-electron
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { desktopVersion, writeDesktopSettings } from './desktop';
import { writeHostProgram } from './hostProgram';
import { compiledTests, root, vscodeFolder } from './paths';
import { endChildren } from './processTree';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { releases } from './vscodeInstall';

async function main(): Promise<number> {
  const [name, flag] = process.argv.slice(2);
  if (name !== 'newest' && name !== 'floor') throw new Error('Expected: newest or floor');
  const release = releases[name];
  const teardown = new Teardown();
  teardown.onSignals();
  // runTests ends its VS Code on Ctrl+C only, not when it is asked to end in another way.
  teardown.add('VS Code', endChildren);
  try {
    const workspace = join(await tempFolder(teardown, 'ws'), 'workspace');
    await mkdir(workspace);
    const userData = await tempFolder(teardown, 'user');
    const shared = {
      extensionDevelopmentPath: root,
      extensionTestsPath: join(compiledTests, 'host', 'run.js'),
      launchArgs: [
        workspace,
        `--user-data-dir=${userData}`,
        `--extensions-dir=${join(userData, 'extensions')}`,
      ],
    };
    if (flag === '--desktop') {
      await writeDesktopSettings(userData);
      const version = desktopVersion(release);
      console.log(`VS Code ${version} (desktop, downloaded by @vscode/test-electron)`);
      return await runTests({ ...shared, version, cachePath: vscodeFolder });
    }
    const program = await writeHostProgram(await tempFolder(teardown, 'bin'), release);
    return await runTests({ ...shared, vscodeExecutablePath: program });
  } finally {
    await teardown.finish();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
