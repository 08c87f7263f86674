import { displayText } from '../../core/displayText';
import { globMatches } from '../../core/glob';
import { fromBytes, type MessageValue, toBytes } from '../../core/messageValue';
import type { Subscriptions } from '../../protocol/traffic';

const titleLimit = 60;

/** Names as a person types them: separated by blanks or commas; one with `*`, `?` or `[` is a pattern. */
export function readSubscriptionNames(text: string): Subscriptions {
  const names = [...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))];
  return {
    channels: names.filter((name) => !isPattern(name)),
    patterns: names.filter(isPattern),
    shardChannels: [],
  };
}

export function isPattern(name: string): boolean {
  return /[*?[]/.test(name);
}

export function isEmpty({ channels, patterns, shardChannels }: Subscriptions): boolean {
  return channels.length + patterns.length + shardChannels.length === 0;
}

/** Names given as bytes, each once. */
export function subscriptionsOf(
  names: Partial<Record<keyof Subscriptions, readonly Uint8Array[]>>,
): Subscriptions {
  const values = (list: readonly Uint8Array[] = []): MessageValue[] => [
    ...new Map(list.map((name) => [Buffer.from(name).toString('latin1'), fromBytes(name)])).values(),
  ];
  return {
    channels: values(names.channels),
    patterns: values(names.patterns),
    shardChannels: values(names.shardChannels),
  };
}

/** The same for two sets of the same names, in whatever order. */
export function subscriptionKey({ channels, patterns, shardChannels }: Subscriptions): string {
  const sorted = (names: readonly MessageValue[]) =>
    names.map((name) => toBytes(name).toString('base64')).sort();
  return JSON.stringify([sorted(channels), sorted(patterns), sorted(shardChannels)]);
}

/** All names in one line, safe to show: `order_events, news.*`. */
export function subscriptionTitle({ channels, patterns, shardChannels }: Subscriptions): string {
  const names = [...channels, ...patterns, ...shardChannels].map((name) =>
    displayText(typeof name === 'string' ? name : toBytes(name).toString('latin1')),
  );
  return displayText(names.join(', '), titleLimit);
}

/**
 * How often one PUBLISH (or, `sharded`, SPUBLISH) counts a client that holds all these subscriptions: once for the exact
 * channel and once for each pattern that matches it, however many panels asked for the same.
 */
export function receiversOf(held: readonly Subscriptions[], channel: Uint8Array, sharded: boolean): number {
  const exact = held
    .flatMap(({ channels, shardChannels }) => (sharded ? shardChannels : channels))
    .some((name) => toBytes(name).equals(channel));
  if (sharded) return exact ? 1 : 0;
  const patterns = new Map(
    held.flatMap((it) => it.patterns).map((name) => [toBytes(name).toString('latin1'), toBytes(name)]),
  );
  const matching = [...patterns.values()].filter((pattern) => globMatches(pattern, channel));
  return (exact ? 1 : 0) + matching.length;
}
