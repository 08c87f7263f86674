import * as l10n from '@vscode/l10n';
import type { CommandPort, RedisCommand, RedisReply, SendOptions } from './commandPort';
import { Failure } from './failure';
import { isRead } from './readCommands';

/** A port that lets reads through and refuses all else before it leaves. */
export class ReadOnlyPort implements CommandPort {
  constructor(private readonly port: CommandPort) {}

  async send(command: RedisCommand, options?: SendOptions): Promise<RedisReply> {
    if (!isRead(command)) throw readOnlyFailure();
    return this.port.send(command, options);
  }

  async sendAll(
    commands: readonly RedisCommand[],
    options?: SendOptions,
  ): Promise<readonly (RedisReply | Failure)[]> {
    if (!commands.every(isRead)) throw readOnlyFailure();
    return this.port.sendAll(commands, options);
  }
}

/** The refusal of a write on a connection that the user made read-only. */
export function readOnlyFailure(): Failure {
  return new Failure('readOnly', l10n.t('The connection is read-only: nothing was sent.'), {
    hint: l10n.t('Edit the connection and switch "read-only" off to allow writes.'),
  });
}
