import * as vscode from 'vscode';
import { isFailure } from '../core/failure';

/** The product's output channel. What goes in holds no payload, key content or secret beyond names and sentences. */
export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Redis Messaging', { log: true });

  info(text: string): void {
    this.channel.info(text);
  }

  warn(text: string): void {
    this.channel.warn(text);
  }

  /** Logs an error with its code and its chain of causes, without stacks. */
  error(text: string, error?: unknown): void {
    this.channel.error(error === undefined ? text : `${text}: ${describe(error)}`);
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = isFailure(error) ? ` [${error.code}]` : '';
  const cause = error.cause === undefined ? '' : ` ← ${describe(error.cause)}`;
  return `${error.message}${code}${cause}`;
}
