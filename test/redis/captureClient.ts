import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromCapture, ToCapture } from '../../src/protocol/capture';
import type { Endpoint } from '../../src/protocol/endpoint';
import type {
  Subscriptions,
  TrafficFrame,
  TrafficPlace,
  TrafficState,
  ViewRequest,
} from '../../src/protocol/traffic';
import { until, within } from '../launch/limits';

const answerLimitMs = 30_000;

type Answer<K extends FromCapture['kind']> = Extract<FromCapture, { kind: K }>;

/** What one panel has been sent so far. */
interface PanelLog {
  readonly states: TrafficState[];
  readonly frames: TrafficFrame[];
  readonly places: TrafficPlace[];
  /** The window that every frame is answered with; nothing is acknowledged without one. */
  window: { first: number | 'newest'; count: number } | undefined;
}

/** The capture thread as it ships, with this test in the part of host and webviews. */
export class CaptureClient {
  private readonly worker = new Worker(path.resolve('dist/capture.js'));
  private readonly panels = new Map<string, PanelLog>();
  private readonly answers = new Map<number, FromCapture>();
  private lastRequest = 0;
  private error: Error | undefined;
  readonly logs: string[] = [];

  constructor(ring: { bytes?: number; messages?: number } = {}) {
    this.worker.on('error', (error) => {
      this.error = error;
    });
    this.worker.on('message', (message: FromCapture) => this.take(message));
    this.send({
      kind: 'configure',
      l10n: {},
      ringBytes: ring.bytes ?? 67_108_864,
      ringMessages: ring.messages ?? 1_000_000,
    });
  }

  send(message: ToCapture): void {
    this.worker.postMessage(message);
  }

  /** Opens a panel whose frames are answered with a want for the newest rows. */
  open(panel: string, endpoint: Endpoint, subscriptions: Partial<Subscriptions>, connection = 'test'): void {
    this.panels.set(panel, { states: [], frames: [], places: [], window: undefined });
    this.send({
      kind: 'watch',
      panel,
      connection,
      endpoint,
      subscriptions: { channels: [], patterns: [], shardChannels: [], ...subscriptions },
    });
    this.want(panel, 'newest', 20);
  }

  /** Opens a panel and waits until it is live. */
  async openLive(
    panel: string,
    endpoint: Endpoint,
    subscriptions: Partial<Subscriptions>,
    connection = 'test',
  ): Promise<void> {
    this.open(panel, endpoint, subscriptions, connection);
    await this.state(panel, 'live');
  }

  /** The first `want` of a webview; later ones only move its window. */
  want(panel: string, first: number | 'newest', count: number): void {
    const log = this.log(panel);
    const frame = log.window === undefined ? 0 : (log.frames.at(-1)?.frame ?? 0);
    log.window = { first, count };
    this.view(panel, { kind: 'want', frame, first, count });
  }

  view(panel: string, request: ViewRequest): void {
    this.send({ kind: 'view', panel, request });
  }

  frames(panel: string): readonly TrafficFrame[] {
    return this.log(panel).frames;
  }

  states(panel: string): readonly TrafficState[] {
    return this.log(panel).states;
  }

  /** Waits for a frame, from now on or the last one, of which `test` is true. */
  frame(panel: string, what: string, test: (frame: TrafficFrame) => boolean): Promise<TrafficFrame> {
    return this.until(what, () => {
      const last = this.log(panel).frames.at(-1);
      return last !== undefined && test(last) ? last : undefined;
    });
  }

  /** Waits for the next answer that names a row. */
  place(panel: string): Promise<TrafficPlace> {
    return this.until('a place', () => this.log(panel).places.shift());
  }

  /** Waits until the panel's state is of that kind. */
  state(panel: string, kind: TrafficState['kind'], limitMs = answerLimitMs): Promise<TrafficState> {
    return this.until(
      `state ${kind}`,
      () => {
        const last = this.log(panel).states.at(-1);
        return last?.kind === kind ? last : undefined;
      },
      limitMs,
    );
  }

  async counts(panel: string): Promise<Answer<'counts'>> {
    const request = ++this.lastRequest;
    this.send({ kind: 'counts', panel, request });
    return this.answer('counts', request);
  }

  async message(panel: string, seq: number): Promise<Answer<'message'>> {
    const request = ++this.lastRequest;
    this.send({ kind: 'message', panel, request, seq });
    return this.answer('message', request);
  }

  /** Ends the thread by its own means. */
  async dispose(): Promise<void> {
    const exited = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
    this.send({ kind: 'dispose' });
    try {
      await within(answerLimitMs, 'The end of the capture thread', exited);
    } finally {
      await this.worker.terminate();
    }
  }

  private async answer<K extends 'counts' | 'message'>(kind: K, request: number): Promise<Answer<K>> {
    const answer = await this.until(`answer to ${kind}`, () => this.answers.get(request));
    if (answer.kind !== kind) throw new Error(`${answer.kind} answers ${kind}`);
    return answer as Answer<K>;
  }

  private until<T>(what: string, probe: () => T | undefined, limitMs = answerLimitMs): Promise<T> {
    return until(
      limitMs,
      `Waiting for ${what}`,
      () => {
        if (this.error !== undefined) throw this.error;
        return probe();
      },
      5,
    );
  }

  private log(panel: string): PanelLog {
    const log = this.panels.get(panel);
    if (log === undefined) throw new Error(`no panel ${panel}`);
    return log;
  }

  private take(message: FromCapture): void {
    switch (message.kind) {
      case 'frame': {
        const log = this.log(message.panel);
        log.frames.push(message.frame);
        if (log.window !== undefined) {
          this.view(message.panel, { kind: 'want', frame: message.frame.frame, ...log.window });
        }
        break;
      }
      case 'state':
        this.log(message.panel).states.push(message.state);
        break;
      case 'message':
      case 'counts':
        this.answers.set(message.request, message);
        break;
      case 'log':
        this.logs.push(message.text);
        break;
      case 'place':
        this.log(message.panel).places.push(message.place);
        break;
      case 'detail':
        break;
    }
  }
}
