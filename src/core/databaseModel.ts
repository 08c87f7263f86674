import { Catalog, keyOf } from './catalog';
import { discover, listDatabases, refreshCounts } from './catalogRefresh';
import type { CommandPort } from './commandPort';
import { type Failure, isFailure, toFailure } from './failure';
import { peek, type QueueEnd } from './queue';

/** Messages that *Load more* adds to a preview. */
export const previewPage = 50;
/** Bytes that one queue's preview may fetch at a refresh. */
const previewBytes = 1_048_576;

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
  /** Why the last refresh failed; the tree shows it above what is known. */
  problem: Failure | undefined;

  constructor(private readonly ports: ModelPorts) {}

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
    if (startedAt < this.nextDiscoveryAt) return Promise.resolve();
    const abort = new AbortController();
    const searching = {
      abort,
      ended: this.search(port, limit, glob, abort.signal).finally(() => {
        if (this.searching !== searching) return;
        this.searching = undefined;
        this.nextDiscoveryAt = this.ports.now() + Math.max(4_000, 10 * (this.ports.now() - startedAt));
      }),
    };
    this.searching = searching;
    return searching.ended;
  }

  /** Lets the next turn search again, however recent the last search is. */
  forgetDiscovery(): void {
    this.nextDiscoveryAt = 0;
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
      if (this.catalog.isEmpty) this.catalog.databases = await listDatabases(port);
      onChange();
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code !== 'cancelled') this.problem = error;
    }
  }

  private async refreshOnce(port: CommandPort, wanted: RefreshWanted): Promise<void> {
    try {
      await refreshCounts(port, this.catalog, wanted, this.ports.now);
      await Promise.all(wanted.previews.map((queue) => this.refreshPreview(port, queue)));
      this.problem = undefined;
    } catch (error) {
      this.problem = toFailure(error);
    }
    this.ports.onChange();
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
