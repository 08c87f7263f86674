import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { desktopVersion, writeDesktopSettings } from './desktop';
import { writeHostProgram } from './hostProgram';
import { root, vscodeFolder } from './paths';
import { endChildren } from './processTree';
import type { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { releases, type VscodeRelease } from './vscodeInstall';

/** Something to run inside VS Code's extension host. */
export interface HostRun {
  release: VscodeRelease['name'];
  /** Compiled module that exports `run()`. */
  entry: string;
  /** The desktop program, downloaded by @vscode/test-electron, instead of the npm registry's server. */
  desktop: boolean;
  /** Added to the environment of VS Code. */
  env?: Record<string, string>;
  /** Folder of the extension; this checkout unless given. */
  extension?: string;
}

/**
 * Opens an empty workspace in VS Code with this checkout's extension and runs a module in the extension host.
 * @returns 0
 * @throws when `run()` rejects, or when VS Code does not come up
 */
export async function runInHost(run: HostRun, teardown: Teardown): Promise<number> {
  const release = releases[run.release];
  // runTests ends its VS Code on Ctrl+C only, not when it is asked to end in another way.
  teardown.add('VS Code', endChildren);
  const workspace = join(await tempFolder(teardown, 'ws'), 'workspace');
  await mkdir(workspace);
  const userData = await tempFolder(teardown, 'user');
  const shared = {
    extensionDevelopmentPath: run.extension ?? root,
    extensionTestsPath: run.entry,
    extensionTestsEnv: run.env ?? {},
    launchArgs: [
      workspace,
      `--user-data-dir=${userData}`,
      `--extensions-dir=${join(userData, 'extensions')}`,
    ],
  };
  if (!run.desktop) {
    const program = await writeHostProgram(await tempFolder(teardown, 'bin'), release);
    return runTests({ ...shared, vscodeExecutablePath: program });
  }
  await writeDesktopSettings(userData);
  const version = desktopVersion(release);
  console.log(`VS Code ${version} (desktop, downloaded by @vscode/test-electron)`);
  return runTests({ ...shared, version, cachePath: vscodeFolder });
}
