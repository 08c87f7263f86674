import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium';
import { openDesktopWindow, reloadDesktopWindow } from './desktop';
import { root } from './paths';
import type { Teardown } from './teardown';
import { installVscode, releases } from './vscodeInstall';
import { developmentPayload, type Settings, startVscodeServer } from './vscodeServer';

/** What a window is opened with. */
export interface WindowOptions {
  /** Absolute path of the folder to open. */
  folder: string;
  /** An extension package to install. Without it, the checkout itself is the extension, under development. */
  vsix?: string;
  /** Folder of the extension under development instead of the checkout. */
  extension?: string;
  /** Folder of a second extension, which is installed. */
  companion?: string;
  /** User settings on top of the quiet ones. */
  settings?: Settings;
  /** Settings of scope `machine`, e.g. `redisMessaging.connections`. */
  machineSettings?: Settings;
  /** Added to the environment of VS Code, its extension host and its terminals. */
  env?: NodeJS.ProcessEnv;
  /** Open the folder in Restricted Mode's regime; otherwise every folder is trusted. */
  workspaceTrust?: boolean;
  /** Size of the page in pixels; 1440 × 900 unless said. */
  size?: { width: number; height: number };
  /** Stands before the VS Code server, as in `ServerOptions`. Nothing stands before the desktop program. */
  gate?: (port: number) => Promise<number>;
}

/** A page that shows VS Code, and where that VS Code keeps its data. */
export interface HostedPage {
  page: Page;
  dataFolder: string;
  /** Reloads the window; it is not up again yet when the promise resolves. */
  reload(): Promise<void>;
}

const openLimitMs = 180_000;
const defaultSize = { width: 1440, height: 900 };

/**
 * Starts VS Code and opens its window: the newest server in a headless browser, or, where the whole run asks for it,
 * the desktop program. Everything is ended by `teardown`.
 */
export async function hostPage(
  options: WindowOptions,
  dataFolder: string,
  teardown: Teardown,
): Promise<HostedPage> {
  if (process.env.EXTENSION_TEST_DESKTOP === '1') {
    const page = await openDesktopWindow(options, dataFolder, teardown);
    return { page, dataFolder, reload: () => reloadDesktopWindow(page) };
  }
  const { folder, size, extension, companion, ...serverOptions } = options;
  const serverFolder = join(dataFolder, 'server');
  if (companion !== undefined)
    await cp(companion, join(serverFolder, 'extensions', basename(companion)), { recursive: true });
  const server = await startVscodeServer(await installVscode(releases.newest), {
    ...serverOptions,
    dataFolder: serverFolder,
    driven: options.vsix === undefined,
  });
  teardown.add('the VS Code server', () => server.stop());
  const browser = await launchChromium();
  teardown.add('the browser', () => browser.close());
  const page = await browser.newPage({ viewport: size ?? defaultSize });
  const payload = options.vsix === undefined ? developmentPayload(server, extension ?? root) : undefined;
  await page.goto(server.address(folder, payload), { timeout: openLimitMs });
  return {
    page,
    dataFolder,
    reload: async () => {
      await page.reload({ timeout: openLimitMs });
    },
  };
}
