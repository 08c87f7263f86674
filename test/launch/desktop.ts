import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron, type Page } from 'playwright-core';
import { runProcess } from './childProcess';
import { root, vscodeFolder } from './paths';
import type { Teardown } from './teardown';
import { releases, type VscodeRelease } from './vscodeInstall';
import { quietSettings, type Settings } from './vscodeServer';
import type { WindowOptions } from './windowHost';

const openLimitMs = 90_000;

/** The version to ask @vscode/test-electron for: the newest stable one, or exactly the engine floor. */
export function desktopVersion(release: VscodeRelease): string {
  return release.name === 'floor' ? release.version : 'stable';
}

/** @throws an Error with the command that helps, where there is no screen for the desktop program */
export function requireScreen(): void {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return;
  throw new Error('The desktop VS Code needs a screen. Run it with: xvfb-run -a npm run test:desktop');
}

/**
 * Writes the settings file of a desktop user data folder. There settings of every scope stand in that one file.
 * @param settings on top of the quiet ones
 */
export async function writeDesktopSettings(userData: string, settings: Settings = {}): Promise<void> {
  await mkdir(join(userData, 'User'), { recursive: true });
  await writeFile(
    join(userData, 'User', 'settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }, null, 2),
  );
}

/**
 * Opens a window of the desktop program, downloaded by @vscode/test-electron when it is not there yet.
 * @param dataFolder gets the user data and the extensions; belongs to the caller
 */
export async function openDesktopWindow(
  options: WindowOptions,
  dataFolder: string,
  teardown: Teardown,
): Promise<Page> {
  const version = desktopVersion(releases.newest);
  const program = await downloadAndUnzipVSCode({ version, cachePath: vscodeFolder });
  const userData = join(dataFolder, 'user');
  const extensions = join(dataFolder, 'extensions');
  await writeDesktopSettings(userData, { ...options.settings, ...options.machineSettings });
  if (options.companion !== undefined)
    await cp(options.companion, join(extensions, basename(options.companion)), { recursive: true });
  const folders = [`--user-data-dir=${userData}`, `--extensions-dir=${extensions}`];
  if (options.vsix) {
    const [cli, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(program, { reuseMachineInstall: true });
    if (cli === undefined) throw new Error(`No command line program beside ${program}`);
    await runProcess(cli, [...cliArgs, ...folders, '--install-extension', options.vsix], {
      limitMs: openLimitMs,
    });
  }
  const app = await _electron.launch({
    executablePath: program,
    args: [
      ...[
        '--no-sandbox',
        '--disable-updates',
        '--skip-welcome',
        '--skip-release-notes',
        '--disable-telemetry',
      ],
      ...['--use-inmemory-secretstorage', ...folders],
      ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
      ...(options.vsix ? [] : [`--extensionDevelopmentPath=${root}`]),
      options.folder,
    ],
    env: definedOnly({ ...process.env, ...options.env }),
    timeout: openLimitMs,
  });
  teardown.add('VS Code', () => app.close());
  return app.firstWindow({ timeout: openLimitMs });
}

/** By the command: the page alone cannot be loaded again, since the program hands it its configuration. */
export async function reloadDesktopWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('domcontentloaded', { timeout: openLimitMs });
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input[type="text"]:visible').fill('>Developer: Reload Window');
  await page.keyboard.press('Enter');
  await loaded;
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
