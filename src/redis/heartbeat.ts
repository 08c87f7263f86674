import type { Socket } from 'node:net';

/** Times of a heartbeat, in ms. */
export interface HeartbeatTimes {
  readonly tickMs: number;
  /** After so long without a sign of life the server is asked for one. */
  readonly pingAfterMs: number;
  /** After so long without a sign of life the peer counts as dead. */
  readonly deadAfterMs: number;
}

/** A dead peer is noticed before 15 s have passed, with two ticks and the goodbye counted in. */
const usualTimes: HeartbeatTimes = { tickMs: 1_000, pingAfterMs: 5_000, deadAfterMs: 12_000 };

/** What the looks go by. */
export interface HeartbeatClock {
  /** ms */
  now(): number;
  /** Calls `look` again and again until what it returns is called. */
  every(ms: number, look: () => void): () => void;
}

const realClock: HeartbeatClock = {
  now: () => performance.now(),
  every: (ms, look) => {
    const timer = setInterval(look, ms).unref();
    return () => clearInterval(timer);
  },
};

export interface HeartbeatEvents {
  /** The socket of the connection as it is now. */
  socket(): Pick<Socket, 'bytesRead' | 'writableLength'> | undefined;
  /** Sends a PING; what matters is only that any byte comes back. */
  ping(): void;
  dead(): void;
}

/**
 * Notices that a peer died without a word. Every byte that arrives or leaves the socket is a sign of life, so that a long
 * transfer over a slow network is none of it. Silence is counted in ticks and not by the clock: a process that was
 * stopped itself, or a machine that slept, does not find its peers dead.
 */
export class Heartbeat {
  private stopLooking: (() => void) | undefined;
  private silentMs = 0;
  private asked = false;
  private before = { read: 0, waiting: 0 };
  private lastTick = 0;

  constructor(
    private readonly events: HeartbeatEvents,
    private readonly times = usualTimes,
    private readonly clock = realClock,
  ) {}

  start(): void {
    this.stop();
    this.silentMs = 0;
    this.asked = false;
    this.lastTick = this.clock.now();
    this.stopLooking = this.clock.every(this.times.tickMs, () => this.tick());
  }

  stop(): void {
    this.stopLooking?.();
    this.stopLooking = undefined;
  }

  private tick(): void {
    const now = this.clock.now();
    const elapsed = Math.min(now - this.lastTick, 1.5 * this.times.tickMs);
    this.lastTick = now;
    const socket = this.events.socket();
    const read = socket?.bytesRead ?? 0;
    const waiting = socket?.writableLength ?? 0;
    const alive = read !== this.before.read || waiting < this.before.waiting;
    this.before = { read, waiting };
    if (alive) {
      this.silentMs = 0;
      this.asked = false;
      return;
    }
    this.silentMs += elapsed;
    if (this.silentMs >= this.times.deadAfterMs) {
      this.stop();
      this.events.dead();
    } else if (this.silentMs >= this.times.pingAfterMs && !this.asked) {
      this.asked = true;
      this.events.ping();
    }
  }
}
