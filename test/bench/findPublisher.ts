/**
 * A thread that publishes the orders of findMessages.ts: at the first message it gets `count` of them as fast as the server
 * takes them, upon which it tells `filled`, and from then on `rate` a second until it is ended.
 */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { type FindWorkload, findMessage } from './findMessages';

const { host, port, channel, count, rate } = workerData as FindWorkload;
const perBatch = 1_000;
const everyMs = 10;
/** An answer is `:1` or `:0` and CR LF. */
const answerBytes = 4;

let sent = 0;
let answered = 0;

const socket = connect({
  host,
  port,
  onread: {
    buffer: Buffer.alloc(65_536),
    callback: (length) => {
      answered += length;
      if (answered === count * answerBytes) {
        parentPort?.postMessage('filled');
        setInterval(() => write((rate * everyMs) / 1_000), everyMs);
      }
      return true;
    },
  },
});

/** @returns whether more may be written at once */
function write(messages: number): boolean {
  let batch = '';
  for (let left = messages; left > 0; left--) {
    const message = findMessage(sent++);
    batch += `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${message.length}\r\n${message}\r\n`;
  }
  return socket.write(batch);
}

function fill(): void {
  while (sent < count) {
    if (write(Math.min(perBatch, count - sent))) continue;
    socket.once('drain', fill);
    return;
  }
}

socket.once('connect', () => parentPort?.postMessage('connected'));
parentPort?.once('message', fill);
