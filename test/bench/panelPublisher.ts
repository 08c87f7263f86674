/**
 * A thread that publishes at an even rate: each message says its number, and when it was written to the socket. Gets
 * `{rate, count}`, tells `{sent}` when the server has answered all of them.
 */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is handed as `workerData`. */
export interface PanelTarget {
  readonly host: string;
  readonly port: number;
  readonly channel: string;
}

/** What it is to publish: messages per second, and how many. */
export interface PanelOrder {
  readonly rate: number;
  readonly count: number;
}

const { host, port, channel } = workerData as PanelTarget;
const everyMs = 5;
/** An answer is `:1` or `:0` and CR LF. */
const answerBytes = 4;
const payloadBytes = 100;

let answered = 0;
let ordered = 0;

const socket = connect({
  host,
  port,
  noDelay: true,
  onread: {
    buffer: Buffer.alloc(65_536),
    callback: (length) => {
      answered += length;
      if (ordered > 0 && answered === ordered * answerBytes) parentPort?.postMessage({ sent: ordered });
      return true;
    },
  },
});

function write(from: number, to: number): void {
  const now = performance.timeOrigin + performance.now();
  let batch = '';
  for (let number = from; number < to; number++) {
    const message = `{"at":${now.toFixed(1)},"number":${number},"note":"`
      .padEnd(payloadBytes - 2, 'x')
      .concat('"}');
    batch += `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${message.length}\r\n${message}\r\n`;
  }
  socket.write(batch);
}

parentPort?.on('message', ({ rate, count }: PanelOrder) => {
  const first = ordered;
  ordered += count;
  const began = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor(((performance.now() - began) / 1_000) * rate));
    if (due > written) write(first + written, first + due);
    written = due;
    if (written === count) clearInterval(timer);
  }, everyMs);
});
socket.once('connect', () => parentPort?.postMessage('connected'));
