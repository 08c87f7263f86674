import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProcess, startProcess } from './childProcess';
import { within } from './limits';
import type { InstalledVscode } from './vscodeInstall';

/** How a VS Code server is set up. */
export interface ServerOptions {
  /** Folder for everything it writes: settings, extensions, storage. Belongs to the caller. */
  dataFolder: string;
  /** User settings on top of the quiet ones that every test window has. */
  settings?: Settings;
  /** Settings of scope `machine`. In a remote window they have a file of their own. */
  machineSettings?: Settings;
  /** Added to the environment of the server and so of the extension host and the terminals. */
  env?: NodeJS.ProcessEnv;
  /** An extension package to install before the start. */
  vsix?: string;
  /** Obey the address's payload: extension under development, tests. Not for ordinary use. */
  driven?: boolean;
  /** Ask whether the folder is trusted (Restricted Mode); otherwise every folder is. */
  workspaceTrust?: boolean;
  /** Demanded from every visitor; without it whoever reaches the port on this machine may use the window. */
  token?: string;
  /** Puts something between the windows and the server's port. Resolves to the port that the windows use instead. */
  gate?: (port: number) => Promise<number>;
  /** Called with each line the server prints. */
  onLine?: (line: string) => void;
}

/** Setting ids and their values. */
export type Settings = Record<string, unknown>;

/** A running VS Code server. */
export interface VscodeServer {
  /** The one that windows use. */
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not. */
  readonly ended: Promise<number | string>;
  /**
   * The address of a window.
   * @param folder absolute path of the folder to open
   * @param payload as understood by a `driven` server; see `developmentPayload`
   */
  address(folder: string, payload?: [string, string][]): string;
  /** The last lines the server printed. */
  tail(): string;
  /** Ends the server, its extension hosts and its terminals. */
  stop(): Promise<void>;
}

const startLimitMs = 120_000;
const installLimitMs = 60_000;

/** Settings that keep a window still: nothing asks, nothing updates, nothing covers what is to be seen. */
export const quietSettings: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  // Drawn as text in the page, which a test can read; on a canvas it is pixels.
  'terminal.integrated.gpuAcceleration': 'off',
  'window.commandCenter': false,
};

/**
 * Starts a VS Code server on a free loopback port and waits until it listens.
 * @throws an Error with the server's last lines when it does not come up
 */
export async function startVscodeServer(
  vscode: InstalledVscode,
  options: ServerOptions,
): Promise<VscodeServer> {
  await writeSettings(options.dataFolder, options.settings, options.machineSettings);
  if (options.vsix) await installExtension(vscode, options.dataFolder, options.vsix);
  // In a file, because every user of this machine can read a program's arguments.
  const tokenFile = join(options.dataFolder, 'connection-token');
  if (options.token !== undefined) await writeFile(tokenFile, options.token, { mode: 0o600 });

  let announcePort: (port: number) => void;
  const listening = new Promise<number>((resolve) => {
    announcePort = resolve;
  });
  const server = await startProcess(vscode.node, [vscode.main, ...serverArguments(options, tokenFile)], {
    env: {
      ...options.env,
      ...(options.token === undefined ? {} : { VSCODE_CONNECTION_TOKEN: options.token }),
    },
    onLine: (line) => {
      const port = /agent listening on (\d+)/.exec(line)?.[1];
      if (port !== undefined) announcePort(Number(port));
      options.onLine?.(line);
    },
  });
  try {
    const failed = server.ended.then((code) => {
      throw new Error(`The VS Code server ended with ${code}\n${server.tail()}`);
    });
    const own = await within(startLimitMs, 'Starting the VS Code server', Promise.race([listening, failed]));
    const port = (await options.gate?.(own)) ?? own;
    return {
      port,
      pid: server.pid,
      ended: server.ended,
      tail: () => server.tail(),
      stop: () => server.stop(),
      address: (folder, payload) => address(port, folder, payload, options.token),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The payload that makes a window an Extension Development Host, and runs tests in it when an entry is given. */
export function developmentPayload(
  server: VscodeServer,
  extension: string,
  testEntry?: string,
): [string, string][] {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${path}`;
  return [
    ['extensionDevelopmentPath', remote(extension)],
    ...(testEntry === undefined ? [] : ([['extensionTestsPath', remote(testEntry)]] as [string, string][])),
    ['skipWelcome', 'true'],
  ];
}

/** Writes the settings files of a server's data folder; the user settings go on top of the quiet ones. */
export async function writeSettings(
  dataFolder: string,
  user: Settings = {},
  machine: Settings = {},
): Promise<void> {
  await writeJson(join(dataFolder, 'data', 'User', 'settings.json'), { ...quietSettings, ...user });
  await writeJson(join(dataFolder, 'data', 'Machine', 'settings.json'), machine);
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(value, null, 2));
}

async function installExtension(vscode: InstalledVscode, dataFolder: string, vsix: string): Promise<void> {
  await runProcess(
    vscode.node,
    [vscode.main, '--server-data-dir', dataFolder, '--install-extension', vsix, '--force'],
    {
      limitMs: installLimitMs,
    },
  );
}

function serverArguments(options: ServerOptions, tokenFile: string): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms', '--telemetry-level', 'off'],
    ...['--server-data-dir', options.dataFolder],
    ...(options.token === undefined
      ? ['--without-connection-token']
      : ['--connection-token-file', tokenFile]),
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(options.driven ? ['--enable-smoke-test-driver'] : []),
  ];
}

function address(
  port: number,
  folder: string,
  payload: [string, string][] | undefined,
  token: string | undefined,
) {
  const query = [
    ...(token === undefined ? [] : [`tkn=${encodeURIComponent(token)}`]),
    `folder=${encodeURIComponent(folder)}`,
    ...(payload ? [`payload=${encodeURIComponent(JSON.stringify(payload))}`] : []),
  ];
  return `http://127.0.0.1:${port}/?${query.join('&')}`;
}
