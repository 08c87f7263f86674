import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import type { FromCapture, ToCapture } from '../../protocol/capture';
import type { Endpoint } from '../../protocol/endpoint';
import type {
  Subscriptions,
  TrafficCounts,
  TrafficDetail,
  TrafficFrame,
  TrafficPlace,
  TrafficState,
  ViewRequest,
} from '../../protocol/traffic';

const answerLimitMs = 10_000;
/** After so many unexpected ends within the time, the thread is not started again by itself. */
const restartLimit = 3;
const restartWindowMs = 60_000;

/** What a panel hears of its view. */
export interface CaptureListener {
  frame(frame: TrafficFrame): void;
  detail(detail: TrafficDetail): void;
  place(place: TrafficPlace): void;
  state(state: TrafficState): void;
  /** The thread ended unexpectedly and with it everything it held. `again`: it may be watched again at once. */
  ended(cause: string, again: boolean): void;
}

export interface WholeMessage {
  readonly channel: Uint8Array;
  readonly bytes: Uint8Array;
  /** Bytes as published; more than `bytes` holds when the message was cut. */
  readonly size: number;
  /** ms since the epoch */
  readonly time: number;
}

export interface PanelCounts {
  readonly counts: TrafficCounts;
  readonly state: TrafficState;
}

export interface CaptureSettings {
  readonly ringBytes: number;
  readonly ringMessages: number;
}

export interface CaptureLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string, error?: unknown): void;
}

interface Question {
  readonly panel: string;
  answered(message: FromCapture): void;
  failed(failure: Failure): void;
}

/**
 * The host's end of the capture thread. The thread starts with the first panel and ends with the last; when it crashes,
 * its panels are told and may watch again on a new one.
 */
export class CaptureThread implements vscode.Disposable {
  private worker: Worker | undefined;
  private readonly listeners = new Map<string, CaptureListener>();
  private readonly questions = new Map<number, Question>();
  private lastQuestion = 0;
  private ends: number[] = [];

  /**
   * @param file path of the thread's bundle
   * @param texts localised texts by their English form
   */
  constructor(
    private readonly file: string,
    private readonly settings: () => CaptureSettings,
    private readonly texts: Readonly<Record<string, string>>,
    private readonly log: CaptureLog,
  ) {}

  /** Makes the panel a view on the connection's ring; for a panel that is one already, tries again to connect. */
  watch(
    panel: string,
    connection: string,
    endpoint: Endpoint,
    subscriptions: Subscriptions,
    listener: CaptureListener,
  ): void {
    this.listeners.set(panel, listener);
    this.send({ kind: 'watch', panel, connection, endpoint, subscriptions });
  }

  unwatch(panel: string): void {
    if (!this.listeners.delete(panel)) return;
    this.failQuestions(panel, closed());
    this.post({ kind: 'unwatch', panel });
    if (this.listeners.size === 0) this.stop();
  }

  /** Whether frames are wanted; capture goes on without. */
  visible(panel: string, visible: boolean): void {
    this.post({ kind: 'visible', panel, visible });
  }

  view(panel: string, request: ViewRequest): void {
    this.post({ kind: 'view', panel, request });
  }

  /** The whole of one message as it was kept, or undefined when it was evicted. @throws {Failure} `timeout`. */
  async message(panel: string, seq: number): Promise<WholeMessage | undefined> {
    const answer = await this.ask(panel, (request) => ({ kind: 'message', panel, request, seq }));
    return answer.kind === 'message' && answer.found ? answer : undefined;
  }

  /** How the panel's view stands. @throws {Failure} `timeout`. */
  async counts(panel: string): Promise<PanelCounts> {
    const answer = await this.ask(panel, (request) => ({ kind: 'counts', panel, request }));
    if (answer.kind !== 'counts') throw closed();
    return answer;
  }

  dispose(): void {
    this.listeners.clear();
    this.failQuestions(undefined, closed());
    this.stop();
  }

  private ask(panel: string, question: (request: number) => ToCapture): Promise<FromCapture> {
    if (!this.listeners.has(panel) || this.worker === undefined) return Promise.reject(closed());
    const request = ++this.lastQuestion;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.questions.delete(request);
        reject(
          new Failure(
            'timeout',
            vscode.l10n.t('The capture thread did not answer within {0} s.', answerLimitMs / 1000),
            {
              hint: vscode.l10n.t('Try again; if it goes on, close the panel and open it anew.'),
            },
          ),
        );
      }, answerLimitMs);
      const settle = () => {
        clearTimeout(timer);
        this.questions.delete(request);
      };
      this.questions.set(request, {
        panel,
        answered: (message) => {
          settle();
          resolve(message);
        },
        failed: (failure) => {
          settle();
          reject(failure);
        },
      });
      this.post(question(request));
    });
  }

  /** As {@link post}, but starts the thread where there is none. */
  private send(message: ToCapture): void {
    this.worker ??= this.start();
    this.worker.postMessage(message);
  }

  /** Without a thread there is nothing that the message could be about. */
  private post(message: ToCapture): void {
    this.worker?.postMessage(message);
  }

  private start(): Worker {
    const worker = new Worker(this.file, { name: 'redis-messaging-capture' });
    let cause = '';
    worker.on('message', (message: FromCapture) => {
      if (this.worker === worker) this.received(message);
    });
    worker.on('error', (error) => {
      cause = error.message;
      this.log.error('Capture thread', error);
    });
    worker.on('exit', (code) => {
      if (this.worker === worker) this.ended(cause === '' ? vscode.l10n.t('exit code {0}', code) : cause);
    });
    worker.postMessage({ kind: 'configure', l10n: this.texts, ...this.settings() } satisfies ToCapture);
    return worker;
  }

  private stop(): void {
    const worker = this.worker;
    this.worker = undefined;
    if (worker === undefined) return;
    worker.postMessage({ kind: 'dispose' } satisfies ToCapture);
    void worker.terminate();
  }

  private received(message: FromCapture): void {
    switch (message.kind) {
      case 'frame':
        this.listeners.get(message.panel)?.frame(message.frame);
        break;
      case 'detail':
        this.listeners.get(message.panel)?.detail(message.detail);
        break;
      case 'place':
        this.listeners.get(message.panel)?.place(message.place);
        break;
      case 'state':
        this.listeners.get(message.panel)?.state(message.state);
        break;
      case 'message':
      case 'counts':
        this.questions.get(message.request)?.answered(message);
        break;
      case 'log':
        this.log[message.level](message.text);
        break;
    }
  }

  private ended(cause: string): void {
    this.worker = undefined;
    this.log.error(`Capture thread ended: ${cause}`);
    const now = Date.now();
    this.ends = [...this.ends.filter((at) => at > now - restartWindowMs), now];
    const again = this.ends.length <= restartLimit;
    this.failQuestions(undefined, closed());
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    for (const listener of listeners) listener.ended(cause, again);
  }

  private failQuestions(panel: string | undefined, failure: Failure): void {
    for (const question of [...this.questions.values()]) {
      if (panel === undefined || question.panel === panel) question.failed(failure);
    }
  }
}

function closed(): Failure {
  return new Failure('cancelled', vscode.l10n.t('The panel is not watching any more.'));
}
