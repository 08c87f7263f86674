import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromCapture, ToCapture } from '../../src/protocol/capture';
import { root } from '../launch/paths';
import type { CaptureWorkload } from './captureWorkload';

const panel = 'bench';
const askEveryMs = 5;
const rows = 50;

/** The capture thread as it ships, with a panel that is looked at, and this thread in the part of the host. */
export class CaptureOurs {
  received = 0;
  gaps = 0;
  frames = 0;
  private readonly worker = new Worker(join(root, 'dist', 'capture.js'));
  private timer: NodeJS.Timeout | undefined;

  /** @param onDone called with the time at which the last message was counted */
  constructor(
    private readonly workload: CaptureWorkload,
    private readonly onDone: (at: number) => void,
  ) {}

  /** Subscribes and waits until that is confirmed. */
  async open(): Promise<void> {
    const { host, port, channel } = this.workload;
    const live = new Promise<void>((resolve, reject) => {
      this.worker.once('error', reject);
      this.worker.on('message', (message: FromCapture) => {
        if (message.kind === 'state' && message.state.kind === 'live') resolve();
        this.take(message);
      });
    });
    const endpoint = { host, port, db: 0 };
    const subscriptions = { channels: [channel], patterns: [], shardChannels: [] };
    this.send({ kind: 'configure', l10n: {}, ringBytes: 67_108_864, ringMessages: 1_000_000 });
    this.send({ kind: 'watch', panel, connection: 'bench', endpoint, subscriptions });
    await live;
    this.want(0);
    this.timer = setInterval(() => this.send({ kind: 'counts', panel, request: 0 }), askEveryMs);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.worker.terminate();
  }

  private take(message: FromCapture): void {
    if (message.kind === 'frame') {
      this.frames++;
      this.want(message.frame.frame);
    } else if (message.kind === 'counts') {
      const done = this.received >= this.workload.count;
      this.received = message.counts.received;
      this.gaps = message.counts.gaps;
      if (!done && this.received >= this.workload.count) this.onDone(Date.now());
    }
  }

  private want(frame: number): void {
    this.send({ kind: 'view', panel, request: { kind: 'want', frame, first: 'newest', count: rows } });
  }

  private send(message: ToCapture): void {
    this.worker.postMessage(message);
  }
}
