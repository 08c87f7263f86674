import { type Browser, chromium } from 'playwright-core';
import { installDebianPackage } from './debianPackage';
import { findProgram } from './findProgram';

const installed = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * The path of a Chromium, Chrome or Edge; Debian's is installed when there is none and we may.
 * @throws an Error with the one command that gets a browser
 */
export async function findChromium(): Promise<string> {
  const candidates = [...installed, chromium.executablePath()];
  const found = await findProgram(candidates);
  if (found) return found;
  if (await installDebianPackage('chromium')) {
    const now = await findProgram(candidates);
    if (now) return now;
  }
  throw new Error(
    'No Chromium, Chrome or Edge was found. Get one with: npx playwright-core install chromium',
  );
}

/** Starts a headless browser that calls no service of its own. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    headless: true,
    // Ours decides what a signal ends, in which order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  });
}
