/**
 * A thread that publishes as fast as the server takes it: RESP by hand, written ahead of the answers. Tells `connected`,
 * begins at the first message it gets, and tells `sent` when the server has answered everything.
 */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { CaptureWorkload } from './captureWorkload';

const { host, port, channel, size, count } = workerData as CaptureWorkload;
const batchBytes = 262_144;
/** An answer is `:1` or `:0` and CR LF. */
const answerBytes = 4;

const one = Buffer.from(
  `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${size}\r\n${'x'.repeat(size)}\r\n`,
);
const perBatch = Math.max(1, Math.floor(batchBytes / one.length));
const batch = Buffer.concat(Array.from({ length: perBatch }, () => one));

let left = count;
let answered = 0;

const socket = connect({
  host,
  port,
  onread: {
    buffer: Buffer.alloc(65_536),
    callback: (length) => {
      answered += length;
      if (answered === count * answerBytes) {
        parentPort?.postMessage('sent');
        socket.destroy();
      }
      return true;
    },
  },
});

function write(): void {
  while (left > 0) {
    const now = Math.min(left, perBatch);
    left -= now;
    if (!socket.write(now === perBatch ? batch : batch.subarray(0, now * one.length))) {
      socket.once('drain', write);
      return;
    }
  }
}

socket.once('connect', () => parentPort?.postMessage('connected'));
parentPort?.once('message', write);
