import * as vscode from 'vscode';
import { isFailure } from '../core/failure';

/** The product's output channel. What goes in holds no payload, key content or secret beyond names and sentences. */
export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Redis Messaging', { log: true });

  info(text: string): void {
    this.write('info', text);
  }

  warn(text: string): void {
    this.write('warn', text);
  }

  /** Logs an error with its code and its chain of causes, without stacks. */
  error(text: string, error?: unknown): void {
    this.write('error', error === undefined ? text : `${text}: ${describe(error)}`);
  }

  /** Every line of the log passes here. */
  protected write(level: 'info' | 'warn' | 'error', line: string): void {
    this.channel[level](line);
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
