import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { resultVariable } from './resultVariable';

const quietMs = 1_000;
const quietLimitMs = 20_000;

/**
 * Waits until the extension host has had nothing to do for a second (at most 20): right after the start, VS Code's own
 * extensions are activated there, and their time is not ours.
 */
async function quiet(): Promise<void> {
  const deadline = performance.now() + quietLimitMs;
  for (let since = performance.now(); performance.now() - since < quietMs; ) {
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (performance.now() - before > 20) since = performance.now();
    if (performance.now() > deadline) return;
  }
}

/** Runs in the extension host: activates the extension and writes how many milliseconds that took. */
export async function run(): Promise<void> {
  const file = process.env[resultVariable];
  const extension = vscode.extensions.getExtension('redis-messaging.redis-messaging');
  if (file === undefined || extension === undefined)
    throw new Error('Started without the extension or a result file');
  if (extension.isActive) throw new Error('The extension was active before anybody wanted it');
  await quiet();
  if (extension.isActive)
    throw new Error('The extension became active by itself: there is nothing to measure');
  const begin = performance.now();
  await extension.activate();
  writeFileSync(file, JSON.stringify(performance.now() - begin));
}
