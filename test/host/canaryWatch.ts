import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Log } from '../../src/host/log';
import { run } from './product';

/** The log as the product writes it, line by line. */
export class RecordingLog extends Log {
  readonly lines: string[] = [];

  protected override write(_level: string, line: string): void {
    this.lines.push(line);
  }
}

/** Everything that can be read from an error: message, stack, own fields and the causes below. */
export function allOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? String(error);
  const fields = Object.getOwnPropertyNames(error).map((name) => [name, Reflect.get(error, name)] as const);
  return fields
    .map(([name, value]) => `${name}: ${name === 'cause' ? allOf(value) : inspect(value)}`)
    .join('\n');
}

/**
 * Records what is posted to webviews from now on, as text.
 * @returns the messages so far, and what ends the recording
 */
export function watchWebviews(): { readonly posted: string[]; stop(): void } {
  const posted: string[] = [];
  const original = vscode.window.createWebviewPanel;
  vscode.window.createWebviewPanel = (...args: Parameters<typeof original>) => {
    const panel = original(...args);
    const { webview } = panel;
    const post = webview.postMessage.bind(webview);
    webview.postMessage = (message: unknown) => {
      posted.push(inspect(message));
      return post(message);
    };
    return panel;
  };
  return {
    posted,
    stop: () => {
      vscode.window.createWebviewPanel = original;
    },
  };
}

/** Answers every question for a line of text until it is stopped. */
export function answerQuestions(answer: string): { stop(): void } {
  const original = vscode.window.showInputBox;
  vscode.window.showInputBox = async () => answer;
  return {
    stop: () => {
      vscode.window.showInputBox = original;
    },
  };
}

/** Where this VS Code keeps settings, storage and logs. */
export async function dataFolder(): Promise<string> {
  const { path } = await run<{ path: string }>('journal.show', {});
  const [folder, inFolder] = path.split('/User/globalStorage/');
  if (folder === undefined || inFolder === undefined) throw new Error(`${path} is not in the storage`);
  return folder;
}

/** The files below a folder that hold a text, however they came there. */
export async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A file that is gone by now holds nothing.
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    if (content.includes(text)) found.push(path);
  }
  return found;
}

/** What each process of this machine was started with, and the environment of those named; Linux only. */
export async function startedWith(ours: readonly number[]): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  return Promise.all([
    ...pids.map((pid) => read(`/proc/${pid}/cmdline`)),
    ...ours.map((pid) => read(`/proc/${pid}/environ`)),
  ]);
}

function inspect(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (value instanceof Error) return allOf(value);
  return (
    JSON.stringify(value, (_key, each: unknown) => (each instanceof Uint8Array ? inspect(each) : each)) ?? ''
  );
}
