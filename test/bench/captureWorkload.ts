/** What publisher and takers of one run agree on; handed to their threads as `workerData`. */
export interface CaptureWorkload {
  readonly host: string;
  readonly port: number;
  readonly channel: string;
  /** Bytes of each payload. */
  readonly size: number;
  readonly count: number;
}

/**
 * Who takes the messages; `ours` is the capture thread as it ships. `bare` reads to the same 256 kB again and again, which
 * stay in the processor's cache; `keeping` to 64 MB in turn, which whoever keeps the messages has to.
 */
export type TakerName = 'bare' | 'keeping' | 'ioredis' | 'nodeRedis' | 'ours';

/** What a taker's thread tells. */
export type FromTaker =
  | { readonly kind: 'ready' }
  /** All have come, at `at` (ms since the epoch). */
  | { readonly kind: 'done'; readonly at: number }
  /** Answer to any message sent to the thread. */
  | { readonly kind: 'received'; readonly received: number; readonly disconnects: number };

/** Bytes of one message as Redis sends it. */
export function frameBytes(workload: CaptureWorkload): number {
  const { channel, size } = workload;
  return `*3\r\n$7\r\nmessage\r\n$${channel.length}\r\n${channel}\r\n$${size}\r\n`.length + size + 2;
}
