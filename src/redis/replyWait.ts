import * as l10n from '@vscode/l10n';
import { type RedisCommand, type SendOptions, timeLimitMs } from '../core/commandPort';
import { cancelled, Failure } from '../core/failure';
import { isRead } from '../core/readCommands';

/**
 * Waits for the reply to commands that were sent, for as long as the options allow. It ends the waiting and not the
 * commands: one that may change something can still be carried out, so that its outcome is unknown from then on.
 * @throws {Failure} `timeout` or `cancelled` where all commands only read, else `outcomeUnknown`
 */
export async function replyWithin<Reply>(
  reply: Promise<Reply>,
  commands: readonly RedisCommand[],
  options: SendOptions,
): Promise<Reply> {
  const limitMs = options.timeoutMs ?? timeLimitMs('ordinary');
  const writes = commands.filter((command) => !isRead(command)).map(([name]) => name);
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(expired(writes, limitMs)), limitMs);
  });
  try {
    const racing = Promise.race([reply, expiry]);
    return await (options.signal === undefined
      ? racing
      : abortable(racing, options.signal, () => abandoned(writes)));
  } finally {
    clearTimeout(timer);
  }
}

/** Ends waiting for `work` when the signal says so. */
export function abortable<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  reason: () => Failure,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(reason());
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function expired(writes: readonly string[], limitMs: number): Failure {
  const [write] = writes;
  const seconds = limitMs / 1000;
  if (write === undefined) {
    return new Failure('timeout', l10n.t('No reply within {0} s.', seconds), {
      hint: l10n.t('The server may be frozen or busy with a long command. Try again in a moment.'),
    });
  }
  return outcomeUnknown(l10n.t('No reply to {0} within {1} s.', write, seconds));
}

function abandoned(writes: readonly string[]): Failure {
  const [write] = writes;
  return write === undefined
    ? cancelled()
    : outcomeUnknown(l10n.t('Cancelled after {0} was sent, before the reply came.', write));
}

/** The failure of a command that left and was not answered. `sentence` says why no reply came. */
export function outcomeUnknown(sentence: string, cause?: unknown): Failure {
  return new Failure('outcomeUnknown', sentence, {
    hint: l10n.t('The command may or may not have been carried out; it is not sent again.'),
    cause,
  });
}
