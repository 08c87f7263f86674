import * as vscode from 'vscode';
import type { CommandPort, RedisCommand, RedisReply, SendOptions } from '../core/commandPort';
import type { Failure } from '../core/failure';

/** What takes longer than this, in ms, shows that it is under way. */
const noticeAfterMs = 1_000;

/**
 * Does work for which a person waits: after a moment a notification says so, and lets them cancel it.
 * @param work ends with the Failure `cancelled`, or one that says what is in doubt, soon after the signal.
 */
export async function patiently<Result>(
  title: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const result = work(abort.signal);
  const notice = setTimeout(() => {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, async (_, token) => {
      token.onCancellationRequested(() => abort.abort());
      await result.catch(() => undefined);
    });
  }, noticeAfterMs);
  try {
    return await result;
  } finally {
    clearTimeout(notice);
  }
}

/** A port for a command that a person called: each long wait for a reply can be seen and cancelled. */
export class PatientPort implements CommandPort {
  /** @param title says whose wait it is, for example "local · Push to Queue". */
  constructor(
    private readonly port: CommandPort,
    private readonly title: string,
  ) {}

  send(command: RedisCommand, options?: SendOptions): Promise<RedisReply> {
    return this.wait([command], (signal) => this.port.send(command, { ...options, signal }));
  }

  sendAll(
    commands: readonly RedisCommand[],
    options?: SendOptions,
  ): Promise<readonly (RedisReply | Failure)[]> {
    return this.wait(commands, (signal) => this.port.sendAll(commands, { ...options, signal }));
  }

  private wait<Reply>(
    commands: readonly RedisCommand[],
    send: (signal: AbortSignal) => Promise<Reply>,
  ): Promise<Reply> {
    const [name = ''] = commands[0] ?? [];
    return patiently(vscode.l10n.t('{0}: waiting for the reply to {1}', this.title, name), send);
  }
}
