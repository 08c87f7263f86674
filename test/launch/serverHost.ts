/**
 * Stands in for the VS Code program: takes the arguments that `runTests` of @vscode/test-electron passes, starts the
 * server of one release and opens its window in a headless browser, shows what the tests print, and exits with the
 * tests' exit code.
 *
 *   node serverHost.js <newest|floor> --extensionDevelopmentPath=… --extensionTestsPath=… --user-data-dir=… <folder>
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium';
import { within } from './limits';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { installVscode, releases } from './vscodeInstall';
import { developmentPayload, type Settings, startVscodeServer } from './vscodeServer';
import { isWindowNoise } from './windowNoise';

const openLimitMs = 180_000;

interface HostArguments {
  release: 'newest' | 'floor';
  extension: string;
  tests: string;
  userData: string | undefined;
  folder: string;
  workspaceTrust: boolean;
}

function readArguments(argv: string[]): HostArguments {
  const [release, ...args] = argv;
  const value = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const extension = value('extensionDevelopmentPath');
  const tests = value('extensionTestsPath');
  const folder = args.find((arg) => !arg.startsWith('--'));
  if ((release !== 'newest' && release !== 'floor') || !extension || !tests || !folder) {
    throw new Error('Expected: newest|floor --extensionDevelopmentPath=… --extensionTestsPath=… <folder>');
  }
  // runTests passes --disable-workspace-trust always, so wishing for trust needs a flag that it does not know.
  const workspaceTrust = args.includes('--keep-workspace-trust');
  return { release, extension, tests, userData: value('user-data-dir'), folder, workspaceTrust };
}

/** The settings a desktop VS Code would read from that user data folder. */
async function readSettings(userData: string | undefined): Promise<Settings> {
  if (userData === undefined) return {};
  try {
    return JSON.parse(await readFile(join(userData, 'User', 'settings.json'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

async function runInServer(args: HostArguments, teardown: Teardown): Promise<number> {
  const vscode = await installVscode(releases[args.release]);
  const server = await startVscodeServer(vscode, {
    dataFolder: await tempFolder(teardown, 'host'),
    settings: await readSettings(args.userData),
    driven: true,
    workspaceTrust: args.workspaceTrust,
  });
  teardown.add('the VS Code server', () => server.stop());
  console.log(`VS Code ${vscode.release.version} (server, Node ${vscode.release.node}, headless browser)`);

  const browser = await launchChromium();
  teardown.add('the browser', () => browser.close());
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const exitCode = testsExit(page);
  const gone = Promise.race([
    server.ended.then((code) => `The VS Code server ended with ${code}\n${server.tail()}`),
    new Promise<string>((resolve) => page.once('crash', () => resolve('The window crashed'))),
    new Promise<string>((resolve) => browser.once('disconnected', () => resolve('The browser ended'))),
  ]).then((reason) => {
    throw new Error(reason);
  });
  // Also rejects when all is over and the browser is closed on purpose; nobody listens any more then.
  gone.catch(() => undefined);

  await page.exposeFunction('codeAutomationLog', relay);
  const address = server.address(args.folder, developmentPayload(server, args.extension, args.tests));
  await page.goto(address, { timeout: openLimitMs });
  await within(
    openLimitMs,
    'Opening the window',
    Promise.race([page.waitForSelector('.monaco-workbench'), gone]),
  );
  return Promise.race([exitCode, gone]);
}

function testsExit(page: Page): Promise<number> {
  return new Promise((resolve, reject) => {
    page.exposeFunction('codeAutomationExit', (code: number) => resolve(code)).catch(reject);
  });
}

/** Prints one console call of the extension host (or of the window, which shares the channel). */
function relay(type: string, args: unknown[]): void {
  const line = format(...(Array.isArray(args) ? args : [args]));
  if (isWindowNoise(line)) return;
  if (type === 'error' || type === 'warn') console.error(line);
  else console.log(line);
}

async function main(): Promise<void> {
  const teardown = new Teardown();
  teardown.onSignals();
  try {
    process.exitCode = await runInServer(readArguments(process.argv.slice(2)), teardown);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await teardown.finish();
  }
}

void main();
