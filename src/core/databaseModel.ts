import { Catalog, keyOf } from './catalog';
import { discover, listDatabases, refreshCounts } from './catalogRefresh';
import type { CommandPort } from './commandPort';
import { type Failure, isFailure, toFailure } from './failure';
import { peek, type QueueEnd } from './queue';
import { RefusedCommands } from './refusedCommands';
import { type ServerFacts, serverFacts } from './serverInfo';

/** Messages that *Load more* adds to a preview. */
const previewPage = 50;
/** Bytes that one queue's preview may fetch at a refresh. */
const previewBytes = 1_048_576;
/** How long the facts of a server are good for, ms. */
const factsMs = 30_000;
/** Pause between two searches, at least, ms; shorter after one that failed. */
const searchPauseMs = 4_000;
const failedSearchPauseMs = 1_000;

/** The end that consumers of a queue take. */
export interface QueueDirection {
  readonly end: QueueEnd;
  /** Nothing is known of this queue: the end is the general setting. */
  readonly assumed: boolean;
}

/** The first messages of a queue that is open in the tree. */
export interface QueuePreview {
  readonly messages: readonly Buffer[];
  readonly length: number;
  readonly cut: boolean;
  readonly direction: QueueDirection;
  readonly problem?: Failure;
}

export interface RefreshWanted {
  readonly queues: readonly Buffer[];
  readonly streams: readonly Buffer[];
  /** Queues whose messages are on screen. */
  readonly previews: readonly Buffer[];
}

export interface ModelPorts {
  readonly now: () => number;
  readonly direction: (queue: Buffer) => QueueDirection;
  /** Called whenever something that the tree shows may have changed. */
  readonly onChange: () => void;
}

/** What the explorer knows of one database, and how it learns more. It shows the last answers and waits for none. */
export class DatabaseModel {
  readonly catalog = new Catalog();
  private readonly previews = new Map<string, QueuePreview>();
  private readonly previewCounts = new Map<string, number>();
  private searching: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  private refreshing: Promise<void> | undefined;
  private nextDiscoveryAt = 0;
  private nextFactsAt = 0;
  private readonly refused: RefusedCommands;
  /** Why the last refresh failed; the tree shows it above what is known. */
  problem: Failure | undefined;
  /** What the server is; undefined until it was asked, and where the user may not run INFO. */
  facts: ServerFacts | undefined;

  constructor(private readonly ports: ModelPorts) {
    this.refused = new RefusedCommands(ports.now);
  }

  preview(queue: Buffer): QueuePreview | undefined {
    return this.previews.get(keyOf(queue));
  }

  /** Asks for one more page of a queue's messages from the next refresh on. */
  loadMore(queue: Buffer): void {
    const key = keyOf(queue);
    this.previewCounts.set(key, (this.previewCounts.get(key) ?? previewPage) + previewPage);
  }

  /** Forgets a drained queue or one that changed its type. */
  dismiss(queue: Buffer): void {
    this.catalog.remove('queue', queue);
    this.previews.delete(keyOf(queue));
    this.ports.onChange();
  }

  /** Brings what is on screen up to date; a call during another one waits for that. Never rejects. */
  refresh(port: CommandPort, wanted: RefreshWanted): Promise<void> {
    this.refreshing ??= this.refreshOnce(port, wanted).finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  /**
   * Searches for keys, unless the last search is too recent: one that took long is repeated rarely, so that it never
   * keeps the server busy for more than a tenth of the time. A call during a search waits for that.
   */
  discover(port: CommandPort, limit: number, glob: string | undefined): Promise<void> {
    if (this.searching !== undefined) return this.searching.ended;
    const startedAt = this.ports.now();
    if (startedAt < this.nextDiscoveryAt || !this.refused.mayRun('SCAN')) return Promise.resolve();
    const abort = new AbortController();
    const searching = {
      abort,
      ended: this.search(port, limit, glob, abort.signal).finally(() => {
        if (this.searching !== searching) return;
        this.searching = undefined;
        const pause = this.catalog.discovery.problem === undefined ? searchPauseMs : failedSearchPauseMs;
        this.nextDiscoveryAt = this.ports.now() + Math.max(pause, 10 * (this.ports.now() - startedAt));
      }),
    };
    this.searching = searching;
    return searching.ended;
  }

  /** Lets the next turn search again, however recent the last search is. */
  forgetDiscovery(): void {
    this.nextDiscoveryAt = 0;
    this.refused.forget();
  }

  /** The connection was lost or is back: another server, or other rights, may be there. What was found stays. */
  connectionChanged(): void {
    this.forgetDiscovery();
    this.nextFactsAt = 0;
    this.problem = undefined;
    const { running, done, partial } = this.catalog.discovery;
    this.catalog.discovery = { running, done, partial };
  }

  /** Ends a search under way; what it found stays. */
  cancelDiscovery(): void {
    this.searching?.abort.abort();
  }

  private async search(
    port: CommandPort,
    limit: number,
    glob: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { onChange, now } = this.ports;
    const options = { limit, signal, onProgress: onChange, now, ...(glob === undefined ? {} : { glob }) };
    try {
      await discover(port, this.catalog, options);
      const { problem } = this.catalog.discovery;
      if (problem?.code === 'permission') this.refused.refused('SCAN');
      if (this.catalog.isEmpty && problem === undefined && this.refused.mayRun('INFO'))
        this.catalog.databases = await listDatabases(port);
      onChange();
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code !== 'cancelled') this.problem = error;
    }
  }

  private async refreshOnce(port: CommandPort, wanted: RefreshWanted): Promise<void> {
    try {
      const channels = this.refused.mayRun('PUBSUB');
      await refreshCounts(port, this.catalog, { ...wanted, channels }, this.ports.now);
      if (channels && this.catalog.channelProblem?.code === 'permission') this.refused.refused('PUBSUB');
      await Promise.all([
        this.refreshFacts(port),
        ...wanted.previews.map((queue) => this.refreshPreview(port, queue)),
      ]);
      this.problem = undefined;
    } catch (error) {
      this.problem = toFailure(error);
    }
    this.ports.onChange();
  }

  /** Rarely, since nothing depends on it. */
  private async refreshFacts(port: CommandPort): Promise<void> {
    const now = this.ports.now();
    if (now < this.nextFactsAt || !this.refused.mayRun('INFO')) return;
    this.nextFactsAt = now + factsMs;
    try {
      this.facts = await serverFacts(port, this.ports.now);
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.facts = undefined;
      if (error.code === 'permission') this.refused.refused('INFO');
    }
  }

  private async refreshPreview(port: CommandPort, queue: Buffer): Promise<void> {
    const key = keyOf(queue);
    const direction = this.ports.direction(queue);
    const count = this.previewCounts.get(key) ?? previewPage;
    try {
      const found = await peek(port, queue, direction.end, { count, byteBudget: previewBytes });
      this.previews.set(key, { ...found, direction });
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.previews.set(key, { messages: [], length: 0, cut: false, direction, problem: error });
    }
  }
}
