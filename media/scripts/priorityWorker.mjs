/*
 * Takes messages off several Redis queues, always from the first in order that holds one, and works on each.
 *
 * Runs with: Node 18 or newer and ioredis      (npm install ioredis)
 *
 *   node priorityWorker.mjs                      <queue>:high, then <queue>, then <queue>:low
 *   node priorityWorker.mjs urgent orders mail   these queues
 *   node priorityWorker.mjs --blpop …            takes from the head, for producers that RPUSH
 *
 * While there is always something on the first queue, nothing is taken from the others.
 * Several copies share the queues: each message goes to exactly one of them.
 * A message that was taken is on no list any more: if this program dies while it works, the message is lost. Where that must
 * not happen, use the reliable worker.
 *
 * It is told where to connect by its environment:
 *   REDIS_URL           address, for example redis://127.0.0.1:6379/0
 *   REDIS_QUEUE         name of the queue
 *   REDIS_CLIENT_NAME   name of this worker in CLIENT LIST
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';

const queue = process.env.REDIS_QUEUE ?? 'task_queue';
const given = parseArgs({ allowPositionals: true, options: { blpop: { type: 'boolean', default: false } } });
const queues = given.positionals.length > 0 ? given.positionals : [`${queue}:high`, queue, `${queue}:low`];
const { blpop } = given.values;
const redis = new Redis(address(), {
  connectionName: process.env.REDIS_CLIENT_NAME,
  // A pop whose reply was lost is not sent again: it would take a second message.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
});
redis.on('error', (error) => console.log(`no connection: ${error.message || error.code} · trying again`));
redis.on('ready', () => console.log('connected'));

/** The address to connect to. ioredis would take one that is wrong for the name of a host, or throw. */
function address() {
  const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379/0';
  try {
    const { protocol, username, password, pathname } = new URL(url.startsWith('/') ? `unix://${url}` : url);
    decodeURIComponent(username + password);
    if (/^rediss?:\/\//i.test(url) ? /^(\/\d*)?$/.test(pathname) : protocol === 'unix:') return url;
  } catch {
    // Not the error itself: it may quote a part of the password.
  }
  console.error('REDIS_URL is not understood. It is to be like redis://127.0.0.1:6379/0.');
  process.exit(2);
}

/** Your work. What it throws is printed, and the next message is taken. Both are Buffers. */
async function workOn(from, message) {
  console.log(`✓ ${shown(from)} · ${shown(message)}`);
}

/** As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other. */
function shown(message) {
  const text = String(message);
  const hex = (char) => char.codePointAt(0).toString(16).padStart(2, '0');
  if (!Buffer.from(text).equals(Buffer.from(message)))
    return message.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${hex(byte)}`);
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${hex(char)}}`);
}

async function main() {
  // Ctrl+C and SIGTERM end the loop after the message at hand, so that none is dropped half done; a second Ctrl+C at once.
  let stop = false;
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (stop = true));

  console.log(`${blpop ? 'BLPOP' : 'BRPOP'} ${queues.map(shown).join(' ')} · until Ctrl+C`);
  let done = 0;
  let unsure = 0;
  while (!stop) {
    // Without a connection nothing is sent, so that an error below is about a pop that was.
    if (redis.status !== 'ready') {
      await pause(100);
      continue;
    }
    let taken;
    try {
      // The order of the queues is their priority. The second is for looking at `stop`. Where producers LPUSH, the oldest
      // message is at the tail.
      taken = await (blpop ? redis.blpopBuffer(...queues, 1) : redis.brpopBuffer(...queues, 1));
    } catch (error) {
      // What Redis itself refuses, while another becomes the primary or its memory is full, has taken nothing.
      if (error.name !== 'ReplyError') {
        unsure += 1;
        console.log('? a message may have been taken and lost with the connection');
      }
      console.log(`Redis: ${error.message} · trying again`);
      await pause(1_000);
      continue;
    }
    if (taken === null) continue;
    const [from, message] = taken;
    try {
      await workOn(from, message);
      done += 1;
    } catch (error) {
      // One bad message must not stop the others.
      console.log(`✗ ${shown(from)} · ${shown(message)}: ${error?.message ?? error}`);
    }
  }
  redis.disconnect();
  console.log(`── ${done} processed${unsure > 0 ? ` · ${unsure} pops with unknown outcome` : ''}`);
}

main().catch((error) => {
  // Not the error itself: that of ioredis holds the command, which may be the one with the password.
  console.error(error.stack);
  process.exit(1);
});
