import { connect, type Socket } from 'node:net';
import { jsonLines } from '../core/jsonLines';
import type { HostMessage, LauncherMessage } from '../protocol/workerLease';

const retryMs = 500;
const tickMs = 250;

export interface LeaseLinkEvents {
  /** What to say first on every new socket: who we are, and all that the host may have missed. */
  greeting(): LauncherMessage;
  onMessage(message: HostMessage): void;
  /** The lease has lapsed: nobody renewed it in time. Called once. */
  onLapse(): void;
}

/**
 * The launcher's side of the lease socket. A lost socket is made again every 500 ms, by greeting anew, until the lease
 * lapses. The lease runs on ticks and not on the clock, so that a machine that slept does not find it lapsed.
 */
export class LeaseLink {
  private socket: Socket | undefined;
  private remainingMs: number;
  private lastTick = performance.now();
  private readonly timer: NodeJS.Timeout;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  /** `firstMs` is how long the first answer may take. */
  constructor(
    private readonly address: string,
    firstMs: number,
    private readonly events: LeaseLinkEvents,
  ) {
    this.remainingMs = firstMs;
    this.timer = setInterval(() => this.tick(), tickMs);
    this.connect();
  }

  /** Says something if the host listens; what it misses stands in the next greeting. */
  send(message: LauncherMessage): void {
    if (this.socket?.readyState === 'open') this.socket.write(`${JSON.stringify(message)}\n`);
  }

  renew(leaseMs: number): void {
    this.remainingMs = leaseMs;
  }

  /** Ends the socket after what was said is out, for at most a second. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    const { socket } = this;
    if (socket === undefined || socket.readyState !== 'open') {
      socket?.destroy();
      return;
    }
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, 1_000);
      socket.once('close', () => {
        clearTimeout(limit);
        resolve();
      });
      socket.end();
    });
    socket.destroy();
  }

  private connect(): void {
    const socket = connect(this.address);
    this.socket = socket;
    const take = jsonLines((value) => this.events.onMessage(value as HostMessage));
    socket.on('connect', () => this.send(this.events.greeting()));
    socket.on('data', (chunk) => {
      try {
        take(chunk);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    // The cause does not matter here: 'close' follows, and the lease decides how long to go on.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.closed || this.socket !== socket) return;
      this.socket = undefined;
      this.retry = setTimeout(() => this.connect(), retryMs);
    });
  }

  private tick(): void {
    const now = performance.now();
    this.remainingMs -= Math.min(now - this.lastTick, 4 * tickMs);
    this.lastTick = now;
    if (this.remainingMs > 0) return;
    clearInterval(this.timer);
    this.events.onLapse();
  }
}
