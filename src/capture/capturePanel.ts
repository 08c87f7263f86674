import { displayName } from '../core/displayText';
import { isFailure } from '../core/failure';
import type { Ring } from '../core/ring';
import type { RingSource } from '../core/ringSource';
import { TrafficView } from '../core/trafficView';
import type { FromCapture } from '../protocol/capture';
import {
  detailLimit,
  type TrafficCounts,
  type TrafficDetail,
  type TrafficFrame,
  type TrafficState,
  type ViewFilter,
  type ViewRequest,
} from '../protocol/traffic';
import { FramePace } from './framePace';

/** More rows than any screen has; a request for more gets so many. */
const rowLimit = 1_000;
/** How long one slice of filtering may keep the thread, in ms. */
export const sliceMs = 8;

export type Post = (message: FromCapture, transfer?: readonly ArrayBuffer[]) => void;

/** What a panel needs to know of its connection. */
export interface PanelConnection {
  readonly ring: Ring;
  /** Grows whenever rates have changed. */
  readonly rateVersion: number;
  state(sources: ReadonlySet<RingSource>): TrafficState;
}

/**
 * One panel: a view on its connection's ring and the frames that go out for it, one in flight, each answered by a
 * `want`. It sends none before the first `want`, and none while it is hidden.
 */
export class CapturePanel {
  readonly view: TrafficView;
  private visible = true;
  private wanted: { readonly first: number | 'newest'; readonly count: number } | undefined;
  private readonly pace = new FramePace();
  /** Ordinals that existed when the last frame went out, and the ones of them that it had: [first, end) and [start, to). */
  private sent:
    | { readonly first: number; readonly end: number; readonly start: number; readonly to: number }
    | undefined;
  private lastContent = '';
  /** The next frame goes out as soon as the last one is acknowledged, without waiting for its time. */
  private urgent = false;
  /** Messages were left to be looked at by the filter. */
  private filtering = false;
  private postedState = '';
  /** Why the filter that was asked for last is not in force. */
  private problem: TrafficFrame['problem'];
  /** The trends that the webview has. */
  private sentTrends = -1;

  constructor(
    readonly id: string,
    readonly sources: ReadonlySet<RingSource>,
    private readonly connection: PanelConnection,
    private readonly post: Post,
  ) {
    this.view = new TrafficView(connection.ring, sources);
  }

  /** Whether frames are wanted at all. */
  get active(): boolean {
    return this.visible && this.wanted !== undefined;
  }

  setVisible(visible: boolean): void {
    if (visible && !this.visible) {
      this.view.catchUp();
      // A frame that went out while the webview was hidden may never have arrived.
      this.pace.forget();
      this.urgent = true;
      this.sentTrends = -1;
    }
    this.visible = visible;
    this.sendUrgent();
  }

  take(request: ViewRequest): void {
    switch (request.kind) {
      case 'want':
        this.want(request.frame, request.first, request.count);
        return;
      case 'filter':
        this.setFilter(request.filter);
        break;
      case 'beside':
        this.postPlace(this.view.matchBeside(request.ordinal, request.direction));
        break;
      case 'atTime':
        this.postPlace(this.view.ordinalAtTime(request.time));
        return;
      case 'pause':
        this.view.setPaused(request.paused);
        break;
      case 'clear':
        this.view.clear();
        break;
      case 'detail':
        this.postDetail(request.seq);
        return;
    }
    this.urgent = true;
    this.sendUrgent();
  }

  /**
   * Filters until `deadline` (ms of performance.now()). The frame that says that all is done does not wait for its time.
   * @returns whether any is left
   */
  work(deadline: number): boolean {
    const left = this.view.work(deadline);
    if (this.filtering && !left) this.urgent = true;
    this.filtering = left;
    this.sendUrgent();
    return left;
  }

  /** To be called regularly: sends a frame if its time has come and anything has changed. */
  tick(now: number): void {
    if (!this.active || !this.pace.isDue(now, this.wanted?.first === 'newest')) return;
    if (this.content() !== this.lastContent) this.send();
  }

  /** Says how the subscription stands, if that has changed. */
  postState(): void {
    const state = this.connection.state(this.sources);
    const text = JSON.stringify(state);
    if (text === this.postedState) return;
    this.postedState = text;
    this.post({ kind: 'state', panel: this.id, state });
  }

  counts(): TrafficCounts {
    return this.view.readCounts();
  }

  private setFilter(filter: ViewFilter): void {
    this.problem = undefined;
    try {
      this.view.setFilter(filter);
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.problem = { text: filter.text, message: error.message, hint: error.hint };
      // Only the text cannot be read; all else is done.
      this.view.setFilter({ ...filter, text: this.view.filter.text });
    }
    this.work(performance.now() + sliceMs);
  }

  private postPlace(ordinal: number | undefined): void {
    const { generation } = this.view;
    const place = { kind: 'place', generation, ...(ordinal === undefined ? {} : { ordinal }) } as const;
    this.post({ kind: 'place', panel: this.id, place });
  }

  private want(frame: number, first: number | 'newest', count: number): void {
    const fresh = frame === 0;
    this.pace.acknowledge(frame, performance.now());
    if (fresh) {
      this.pace.forget();
      this.sentTrends = -1;
    }
    const bounded = Math.max(0, Math.min(rowLimit, Math.floor(count)));
    const moved = this.wanted?.first !== first || this.wanted.count !== bounded;
    this.wanted = { first, count: bounded };
    if (fresh || (moved && this.lacks(first, bounded))) this.urgent = true;
    this.sendUrgent();
  }

  /** Whether the last frame has not all of these rows, as far as there were any. */
  private lacks(first: number | 'newest', count: number): boolean {
    const { sent } = this;
    if (first === 'newest' || sent === undefined) return true;
    return Math.max(first, sent.first) < sent.start || Math.min(first + count, sent.end) > sent.to;
  }

  private sendUrgent(): void {
    if (this.urgent && this.active && this.pace.free) this.send();
  }

  private send(): void {
    if (this.wanted === undefined) return;
    this.urgent = false;
    this.lastContent = this.content();
    const frame = this.frame(this.pace.send(performance.now()), this.wanted.first, this.wanted.count);
    const { first, end, start, rows } = frame;
    this.sent = { first, end, start, to: start + rows.length };
    this.post({ kind: 'frame', panel: this.id, frame });
  }

  /** All that a frame says apart from its rows, which change only when one of these does. */
  private content(): string {
    const { view, connection } = this;
    return JSON.stringify([
      view.readCounts(),
      view.range(),
      view.newWhilePaused,
      view.match,
      view.channels.trendVersion,
      connection.rateVersion,
      connection.state(this.sources),
      connection.ring.gaps.open,
    ]);
  }

  private frame(frame: number, first: number | 'newest', count: number): TrafficFrame {
    const { view, connection } = this;
    const window = view.window(first, count);
    const { match } = view;
    const { trendVersion } = view.channels;
    const trends = trendVersion === this.sentTrends ? {} : { trends: view.channels.trends() };
    this.sentTrends = trendVersion;
    let messagesPerSecond = 0;
    let bytesPerSecond = 0;
    for (const source of this.sources) {
      messagesPerSecond += source.rate;
      bytesPerSecond += source.byteRate;
    }
    return {
      kind: 'frame',
      frame,
      state: connection.state(this.sources),
      filter: view.filter,
      ...(this.problem === undefined ? {} : { problem: this.problem }),
      generation: view.generation,
      ...window,
      counts: view.readCounts(),
      ...(match === undefined ? {} : { match }),
      messagesPerSecond,
      bytesPerSecond,
      channels: view.channels.list(),
      channelCount: view.channels.count,
      ...(view.channels.overlaps.length === 0 ? {} : { overlaps: view.channels.overlaps }),
      ...trends,
      paused: view.paused,
      newWhilePaused: view.newWhilePaused,
    };
  }

  private postDetail(seq: number): void {
    const message = this.connection.ring.message(seq);
    if (message === undefined || !this.sources.has(message.lane.source)) {
      const none: TrafficDetail = {
        kind: 'detail',
        seq,
        found: false,
        time: 0,
        channel: '',
        size: 0,
        bytes: new Uint8Array(0),
        truncated: false,
      };
      this.post({ kind: 'detail', panel: this.id, detail: none });
      return;
    }
    const bytes = new Uint8Array(message.payload.subarray(0, detailLimit));
    const { source } = message.lane;
    const detail: TrafficDetail = {
      kind: 'detail',
      seq,
      found: true,
      time: message.time,
      channel: displayName(message.channel),
      ...(source.kind === 'pmessage' ? { pattern: displayName(source.name) } : {}),
      size: message.size,
      bytes,
      truncated: bytes.length < message.size,
    };
    this.post({ kind: 'detail', panel: this.id, detail }, [bytes.buffer]);
  }
}
