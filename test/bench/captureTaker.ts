/** A thread that takes pub/sub messages in one of the ways that ours is measured against, and only counts them. */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { type CaptureWorkload, type FromTaker, frameBytes, type TakerName } from './captureWorkload';

const { taker, workload } = workerData as { taker: TakerName; workload: CaptureWorkload };
const { host, port, channel, count } = workload;

const pieceBytes = 262_144;
/** As much as the ring keeps. */
const keptBytes = 67_108_864;

let received = 0;
let disconnects = 0;

function tell(message: FromTaker): void {
  parentPort?.postMessage(message);
}

function took(messages: number): void {
  received += messages;
  if (received >= count) tell({ kind: 'done', at: Date.now() });
}

/**
 * Counts bytes and nothing else: as fast as anything can be.
 * @param memory what the bytes are read to, from its beginning to its end and again, a piece at a time
 */
function bare(memory: Buffer): void {
  const command = `*2\r\n$9\r\nSUBSCRIBE\r\n$${channel.length}\r\n${channel}\r\n`;
  const confirmation = `*3\r\n$9\r\nsubscribe\r\n$${channel.length}\r\n${channel}\r\n:1\r\n`.length;
  const frame = frameBytes(workload);
  let bytes = -confirmation;
  let place = 0;
  const socket = connect({
    host,
    port,
    onread: {
      buffer: () => memory.subarray(place, place + pieceBytes),
      callback: (length) => {
        bytes += length;
        place = place + length + pieceBytes > memory.length ? 0 : place + length;
        if (bytes === 0) tell({ kind: 'ready' });
        const messages = Math.floor(bytes / frame) - received;
        if (messages > 0) took(messages);
        return true;
      },
    },
  });
  socket.on('close', () => disconnects++);
  socket.write(command);
}

async function ioredis(): Promise<void> {
  const client = new Redis({ host, port });
  client.on('close', () => disconnects++);
  client.on('error', (error) => console.error(error.message));
  client.on('messageBuffer', () => took(1));
  await client.subscribe(channel);
  tell({ kind: 'ready' });
}

async function nodeRedis(): Promise<void> {
  const client = createClient({ socket: { host, port } });
  client.on('error', () => disconnects++);
  await client.connect();
  await client.subscribe(channel, () => took(1), true);
  tell({ kind: 'ready' });
}

parentPort?.on('message', () => tell({ kind: 'received', received, disconnects }));
switch (taker) {
  case 'bare':
    bare(Buffer.alloc(pieceBytes));
    break;
  case 'keeping':
    bare(Buffer.alloc(keptBytes));
    break;
  case 'ioredis':
    void ioredis();
    break;
  case 'nodeRedis':
    void nodeRedis();
    break;
  case 'ours':
    throw new Error('The capture thread takes for itself.');
}
