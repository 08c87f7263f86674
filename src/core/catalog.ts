import type { Failure } from './failure';

/** A list or stream that has been seen, with its length when last asked. */
export interface KeyEntry {
  readonly name: Buffer;
  /** Elements (LLEN) or entries (XLEN). */
  readonly length: number;
  /** Elements a second since the look before; undefined on the first look. */
  readonly perSecond?: number;
  /** An empty list does not exist in Redis; one that was seen stays here until it is dismissed. */
  readonly drained: boolean;
  /** Why it could not be asked, for example since the key holds another type by now. */
  readonly problem?: Failure;
}

export interface ChannelEntry {
  readonly name: Buffer;
  /** PUBSUB NUMSUB: clients subscribed by exact name. */
  readonly subscribers: number;
}

/** How far the search for keys has come. */
export interface Discovery {
  readonly running: boolean;
  /** At least one search has ended. */
  readonly done: boolean;
  /** The search stopped at the limit of keys: there are more than the tree shows. */
  readonly partial: boolean;
  readonly problem?: Failure;
}

/** Keys of another database of the same server, from INFO keyspace. */
export interface DatabaseEntry {
  readonly db: number;
  readonly keys: number;
}

export type KeyKind = 'queue' | 'stream';

/** A key's name as a map key: one UTF-16 unit a byte, so that names that are no UTF-8 stay apart. */
export function keyOf(name: Buffer): string {
  return name.toString('latin1');
}

/** What is known of one database: the last answers, and nothing that is waited for. */
export class Catalog {
  private readonly keys: Record<KeyKind, Map<string, KeyEntry & { readonly at: number }>> = {
    queue: new Map(),
    stream: new Map(),
  };
  private channelEntries: readonly ChannelEntry[] = [];
  discovery: Discovery = { running: false, done: false, partial: false };
  databases: readonly DatabaseEntry[] = [];
  /** Clients' patterns in all (PUBSUB NUMPAT); Redis does not tell which. */
  patternCount = 0;
  channelProblem: Failure | undefined;

  entries(kind: KeyKind): readonly KeyEntry[] {
    return [...this.keys[kind].values()];
  }

  entry(kind: KeyKind, name: Buffer): KeyEntry | undefined {
    return this.keys[kind].get(keyOf(name));
  }

  count(kind: KeyKind): number {
    return this.keys[kind].size;
  }

  get channels(): readonly ChannelEntry[] {
    return this.channelEntries;
  }

  /** Notes a length. `at` is in ms on any steady clock; the trend is taken between two looks. */
  setLength(kind: KeyKind, name: Buffer, length: number, at: number): void {
    const key = keyOf(name);
    const before = this.keys[kind].get(key);
    if (before === undefined && length === 0 && kind === 'queue') return;
    const elapsed = before === undefined ? 0 : at - before.at;
    const perSecond =
      before === undefined || elapsed <= 0 ? undefined : ((length - before.length) * 1000) / elapsed;
    this.keys[kind].set(key, {
      name: before?.name ?? name,
      length,
      drained: kind === 'queue' && length === 0,
      at,
      ...(perSecond === undefined ? {} : { perSecond }),
    });
  }

  /** Makes a queue known that may be empty, since a command or worker names it. */
  expectQueue(name: Buffer, at: number): void {
    const key = keyOf(name);
    if (this.keys.queue.has(key)) return;
    this.keys.queue.set(key, { name, length: 0, drained: true, at });
  }

  /** Notes why a key could not be asked. One that is not known yet is one that the user may not look into. */
  setProblem(kind: KeyKind, name: Buffer, problem: Failure, at: number): void {
    const before = this.keys[kind].get(keyOf(name));
    if (before === undefined && problem.code !== 'permission') return;
    this.keys[kind].set(keyOf(name), {
      name: before?.name ?? name,
      length: before?.length ?? 0,
      drained: false,
      problem,
      at,
    });
  }

  remove(kind: KeyKind, name: Buffer): void {
    this.keys[kind].delete(keyOf(name));
  }

  setChannels(entries: readonly ChannelEntry[]): void {
    this.channelEntries = entries;
  }

  get isEmpty(): boolean {
    return this.keys.queue.size === 0 && this.keys.stream.size === 0;
  }
}
