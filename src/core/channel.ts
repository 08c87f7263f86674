import * as l10n from '@vscode/l10n';
import { type CommandPort, type SendOptions, timeLimitMs } from './commandPort';
import { Failure, isFailure } from './failure';
import { requireName, totalBytes } from './queue';
import { integer, leavesOpen, settled } from './redisReply';

/** What PUBLISH answered. */
export interface PublishResult {
  /** Subscriptions that received the message; for several messages the smallest number. */
  readonly receivers: number;
}

/**
 * Publishes messages on a channel, in order and in one round trip, by PUBLISH or SPUBLISH.
 * @throws {Failure} `outcomeUnknown` when a reply was lost: the message may have been delivered, and is not sent again.
 */
export async function publish(
  port: CommandPort,
  channel: Buffer,
  messages: readonly Buffer[],
  sharded = false,
  options: SendOptions = {},
): Promise<PublishResult> {
  requireName(channel, l10n.t('channel'));
  if (messages.length === 0) throw new Failure('argument', l10n.t('There is no message to publish.'));
  const command = sharded ? 'SPUBLISH' : 'PUBLISH';
  const replies = await port
    .sendAll(
      messages.map((message) => [command, channel, message] as const),
      { timeoutMs: timeLimitMs('bulk', totalBytes(messages)), ...options },
    )
    .catch((error: unknown) => {
      throw explainPublish(error, 0, messages.length);
    });
  const published = replies.filter((reply) => !isFailure(reply)).length;
  const failed = replies.find(isFailure);
  if (failed !== undefined) throw explainPublish(failed, published, messages.length);
  try {
    const receivers = replies.map((reply) => integer(settled(reply)));
    return { receivers: receivers.reduce((least, count) => Math.min(least, count)) };
  } catch (error) {
    throw explainPublish(error, 0, messages.length);
  }
}

function explainPublish(error: unknown, published: number, all: number): unknown {
  if (!isFailure(error)) return error;
  const others = published === 0 ? '' : ` ${l10n.t('{0} of {1} messages were published.', published, all)}`;
  if (leavesOpen(error)) {
    return new Failure(
      'outcomeUnknown',
      l10n.t('The message may or may not have been published: {0}', error.message) + others,
      {
        hint: l10n.t('Ask a subscriber before you publish again; nothing is resent by itself.'),
        cause: error,
      },
    );
  }
  return others === ''
    ? error
    : new Failure(error.code, error.message + others, { hint: error.hint, cause: error });
}

/** What a receiver count means, as a sentence. `own` of the receivers are panels of ours. */
export function explainReceivers(receivers: number, own: number): string {
  if (receivers === 0) {
    return l10n.t('0 receivers: nobody was listening, so Redis discarded the message.');
  }
  const all = receivers === 1 ? l10n.t('1 receiver') : l10n.t('{0} receivers', receivers);
  if (own <= 0) return all;
  if (own >= receivers) {
    return receivers === 1
      ? l10n.t('{0}, only this window’s panel', all)
      : l10n.t('{0}, only this window’s panels', all);
  }
  return own === 1
    ? l10n.t('{0}, 1 is this window’s panel', all)
    : l10n.t('{0}, {1} are this window’s panels', all, own);
}
