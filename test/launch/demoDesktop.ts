import { runProcess, startProcess } from './childProcess';
import type { Demo } from './demo';
import { writeDesktopSettings } from './desktop';
import { findProgram } from './findProgram';
import { endProcessTree, processesWithArgument } from './processTree';
import type { Teardown } from './teardown';

const oldest = [1, 96];
const stepLimitMs = 60_000;

/**
 * The installed `code`, where it can open a window of its own: not without a screen, not inside a remote window (there
 * it opens files in that window), and not when it is older than the extension wants.
 */
export async function desktopProgram(): Promise<string | undefined> {
  const program = await findProgram(['code']);
  if (!program || process.env.VSCODE_IPC_HOOK_CLI !== undefined) return undefined;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return undefined;
  try {
    const lines = await runProcess(program, ['--version'], { limitMs: stepLimitMs });
    const [major = 0, minor = 0] = (/^(\d+)\.(\d+)\./m.exec(lines)?.slice(1) ?? []).map(Number);
    const [oldestMajor = 0, oldestMinor = 0] = oldest;
    return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor) ? program : undefined;
  } catch {
    return undefined; // A `code` that cannot tell its version is none we can use.
  }
}

/**
 * Opens the demo in the installed VS Code, with user data and extensions of its own, and waits until its window is
 * closed. The user's own windows, settings and extensions are not touched.
 */
export async function openOnDesktop(
  program: string,
  demo: Demo,
  dataFolder: string,
  teardown: Teardown,
): Promise<void> {
  await writeDesktopSettings(dataFolder, { 'workbench.startupEditor': 'readme', ...demo.machineSettings });
  const ownFolders = [`--user-data-dir=${dataFolder}`, `--extensions-dir=${dataFolder}/extensions`];
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  await runProcess(program, [...asRoot, ...ownFolders, '--install-extension', demo.vsix], {
    limitMs: stepLimitMs,
  });
  const flags = ['--new-window', '--wait', '--disable-workspace-trust', '--disable-updates'];
  const code = await startProcess(program, [...asRoot, ...ownFolders, ...flags, demo.folder], {
    env: demo.env,
  });
  teardown.add('VS Code', async () => {
    // The program only hands over to the real one, which is known by the folder that nobody else uses.
    for (const pid of await processesWithArgument(`--user-data-dir=${dataFolder}`)) await endProcessTree(pid);
    await code.stop();
  });
  const exit = await code.ended;
  if (exit !== 0 && !teardown.begun) throw new Error(`${program} ended with ${exit}\n${code.tail()}`);
}
