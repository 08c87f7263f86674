import type { Catalog, ChannelEntry, DatabaseEntry, KeyKind } from './catalog';
import { keyOf } from './catalog';
import type { CommandPort, RedisCommand, RedisReply } from './commandPort';
import { type Failure, isFailure, toFailure } from './failure';
import { bytes, integer, list, settled } from './redisReply';
import { databasesIn } from './serverInfo';

/** SCAN's COUNT: measured fastest on a million keys, and 10 ms of the server's time a step. */
const scanCount = 1_000;
/** A search that takes longer, in ms, ends as partial: also one whose server never comes to an end. */
const searchLimitMs = 60_000;
/** Channels that the tree asks about; PUBSUB CHANNELS itself has no limit. */
const channelLimit = 1_000;

const types: Record<KeyKind, { readonly type: string; readonly length: string }> = {
  queue: { type: 'list', length: 'LLEN' },
  stream: { type: 'stream', length: 'XLEN' },
};

export interface DiscoverOptions {
  /** Keys of each kind at which the search stops. */
  readonly limit: number;
  /** Redis glob that names must match (SCAN MATCH). */
  readonly glob?: string;
  readonly signal: AbortSignal;
  /** Called whenever the catalog got something new. */
  readonly onProgress: () => void;
  readonly now: () => number;
}

/**
 * Searches the database for lists and streams by SCAN … TYPE, a page at a time, with the lengths of what each page
 * found. Streams that a complete search no longer saw are removed; queues stay, drained.
 * @throws {Failure} `cancelled` when the signal ends it; other failures stand in `catalog.discovery.problem`.
 */
export async function discover(port: CommandPort, catalog: Catalog, options: DiscoverOptions): Promise<void> {
  catalog.discovery = { ...catalog.discovery, running: true };
  options.onProgress();
  try {
    const partial = await Promise.all([
      discoverKind(port, catalog, 'queue', options),
      discoverKind(port, catalog, 'stream', options),
    ]);
    catalog.discovery = { running: false, done: true, partial: partial.includes(true) };
  } catch (error) {
    const problem = toFailure(error);
    const { done, partial } = catalog.discovery;
    if (problem.code === 'cancelled') {
      catalog.discovery = { running: false, done, partial };
      throw problem;
    }
    catalog.discovery = { running: false, done, partial, problem };
  } finally {
    options.onProgress();
  }
}

/** Returns whether the search stopped at its limit of keys or of time. */
async function discoverKind(
  port: CommandPort,
  catalog: Catalog,
  kind: KeyKind,
  { limit, glob, signal, onProgress, now }: DiscoverOptions,
): Promise<boolean> {
  const seen = new Set<string>();
  const endAt = now() + searchLimitMs;
  let cursor: Buffer | string = '0';
  do {
    const match: readonly string[] = glob === undefined ? [] : ['MATCH', glob];
    const scan: RedisCommand = ['SCAN', cursor, ...match, 'COUNT', scanCount, 'TYPE', types[kind].type];
    const [next, page] = list(await port.send(scan, { signal }));
    const names = list(page ?? []).map(bytes);
    const unseen = names.filter((name) => !seen.has(keyOf(name)));
    const fresh = unseen.slice(0, limit - seen.size);
    for (const name of fresh) seen.add(keyOf(name));
    if (fresh.length > 0) {
      await refreshLengths(port, catalog, kind, fresh, now);
      onProgress();
    }
    cursor = bytes(next ?? null);
    const ended = cursor.toString() === '0';
    if (fresh.length < unseen.length || (!ended && (seen.size >= limit || now() >= endAt))) return true;
  } while (cursor.toString() !== '0');
  if (kind === 'stream' && glob === undefined) {
    for (const { name } of catalog.entries(kind)) if (!seen.has(keyOf(name))) catalog.remove(kind, name);
  }
  return false;
}

async function refreshLengths(
  port: CommandPort,
  catalog: Catalog,
  kind: KeyKind,
  names: readonly Buffer[],
  now: () => number,
): Promise<void> {
  const replies = await port.sendAll(names.map((name) => [types[kind].length, name] as const));
  applyLengths(catalog, kind, names, replies, now());
}

function applyLengths(
  catalog: Catalog,
  kind: KeyKind,
  names: readonly Buffer[],
  replies: readonly (RedisReply | Failure)[],
  at: number,
): void {
  names.forEach((name, index) => {
    const reply = replies[index] ?? null;
    if (isFailure(reply)) catalog.setProblem(kind, name, reply, at);
    else catalog.setLength(kind, name, integer(reply), at);
  });
}

/** Names whose lengths are on screen. */
export interface CountsWanted {
  readonly queues: readonly Buffer[];
  readonly streams: readonly Buffer[];
  /** False leaves PUBSUB alone, and the channels as they are known. */
  readonly channels?: boolean;
}

/**
 * Brings the counts of what is on screen up to date, in one round trip: LLEN and XLEN of the wanted keys, the active
 * channels, and the subscribers of those known so far.
 * @throws {Failure} when the connection is lost on the way, or the server answers nothing at all, for example while it
 * loads its data: what is known then stays as it is.
 */
export async function refreshCounts(
  port: CommandPort,
  catalog: Catalog,
  wanted: CountsWanted,
  now: () => number,
): Promise<void> {
  const known = catalog.channels.map(({ name }) => name);
  const channels: readonly RedisCommand[] =
    wanted.channels === false
      ? []
      : [
          ['PUBSUB', 'CHANNELS'],
          ['PUBSUB', 'NUMPAT'],
          ['PUBSUB', 'NUMSUB', ...known],
        ];
  const replies = await port.sendAll([
    ...channels,
    ...wanted.queues.map((name) => ['LLEN', name] as const),
    ...wanted.streams.map((name) => ['XLEN', name] as const),
  ]);
  const firstQueue = channels.length;
  const unanswered = failureOfAll(replies, replies.slice(firstQueue));
  if (unanswered !== undefined) throw unanswered;
  const at = now();
  const firstStream = firstQueue + wanted.queues.length;
  applyLengths(catalog, 'queue', wanted.queues, replies.slice(firstQueue, firstStream), at);
  applyLengths(catalog, 'stream', wanted.streams, replies.slice(firstStream), at);
  if (channels.length === 0) return;
  const unknown = applyChannels(catalog, replies[0] ?? null, replies[1] ?? null, replies[2] ?? null);
  if (unknown.length > 0) await countSubscribers(port, catalog, unknown);
}

/** Why a whole pipeline is worth nothing; undefined when each answer stands for itself. */
function failureOfAll(
  replies: readonly (RedisReply | Failure)[],
  lengths: readonly (RedisReply | Failure)[],
): Failure | undefined {
  const lost = ['unreachable', 'outcomeUnknown', 'loading'];
  const ofConnection = replies.filter(isFailure).find(({ code }) => lost.includes(code));
  if (ofConnection !== undefined || lengths.length === 0 || !lengths.every(isFailure)) return ofConnection;
  return lengths.filter(isFailure).find(({ code }) => code !== 'permission' && code !== 'wrongType');
}

/** Takes in the answers about channels; returns the names whose subscribers have not been counted yet. */
function applyChannels(
  catalog: Catalog,
  channels: RedisReply | Failure,
  patterns: RedisReply | Failure,
  subscribers: RedisReply | Failure,
): readonly Buffer[] {
  if (isFailure(channels)) {
    catalog.channelProblem = channels;
    catalog.setChannels([]);
    return [];
  }
  catalog.channelProblem = undefined;
  catalog.patternCount = isFailure(patterns) ? 0 : integer(patterns);
  const counts = isFailure(subscribers) ? new Map<string, number>() : readNumSub(subscribers);
  const active = list(channels).slice(0, channelLimit).map(bytes);
  catalog.setChannels(active.map((name) => ({ name, subscribers: counts.get(keyOf(name)) ?? 0 })));
  return active.filter((name) => !counts.has(keyOf(name)));
}

async function countSubscribers(
  port: CommandPort,
  catalog: Catalog,
  names: readonly Buffer[],
): Promise<void> {
  const [reply = null] = await port.sendAll([['PUBSUB', 'NUMSUB', ...names]]);
  // Who may not ask for the numbers still sees the names.
  if (isFailure(reply) && reply.code === 'permission') return;
  const counts = readNumSub(settled(reply));
  catalog.setChannels(
    catalog.channels.map(
      (channel): ChannelEntry => ({
        name: channel.name,
        subscribers: counts.get(keyOf(channel.name)) ?? channel.subscribers,
      }),
    ),
  );
}

function readNumSub(reply: RedisReply): Map<string, number> {
  const flat = list(reply);
  const counts = new Map<string, number>();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    counts.set(keyOf(bytes(flat[index] ?? null)), integer(flat[index + 1] ?? null));
  }
  return counts;
}

/** The databases that hold keys, by INFO keyspace; none where INFO is not permitted. */
export async function listDatabases(port: CommandPort): Promise<readonly DatabaseEntry[]> {
  try {
    return databasesIn(bytes(await port.send(['INFO', 'keyspace'])).toString());
  } catch (error) {
    if (isFailure(error) && error.code === 'permission') return [];
    throw error;
  }
}
