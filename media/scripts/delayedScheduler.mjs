/*
 * Moves messages from a sorted set to a Redis queue as soon as their time has come.
 *
 * Runs with: Node 18 or newer and ioredis      (npm install ioredis)
 * Who delays a message puts it into the set <queue>:delayed. Its score is the time at which it is due, in seconds since 1970:
 *
 *   await redis.zadd('task_queue:delayed', Date.now() / 1_000 + 60, message);
 *
 * A set holds each message once: adding the same one again changes its time. With an id in them, messages differ.
 *
 * Redis moves what is due in one step, a script. So a message is in exactly one place, also when this program is killed, and
 * when several copies run, one of them moves it. The delayed scheduler that comes with Redis Messaging does the same.
 *
 * It is told where to connect by its environment:
 *   REDIS_URL           address, for example redis://127.0.0.1:6379/0
 *   REDIS_QUEUE         name of the queue
 *   REDIS_CLIENT_NAME   name of this scheduler in CLIENT LIST
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const queue = process.env.REDIS_QUEUE ?? 'task_queue';
const delayed = `${queue}:delayed`;
const pollMs = 500;
// A script holds up all others while it runs, so it moves no more than this at a time.
const batch = 100;

// It pushes before it removes: a push that is refused ends the script, and the message is still in the set.
// It answers with what is to be shown; a hundred messages of some megabytes would be too much for a reply.
const moveScript = `
  local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
  for place, message in ipairs(due) do
    redis.call('LPUSH', KEYS[2], message)
    redis.call('ZREM', KEYS[1], message)
    if #message > 1000 then due[place] = '(a message of ' .. #message .. ' bytes)' end
  end
  return due`;

const redis = new Redis(address(), {
  connectionName: process.env.REDIS_CLIENT_NAME,
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

/** As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other. */
function shown(message) {
  const text = String(message);
  const hex = (char) => char.codePointAt(0).toString(16).padStart(2, '0');
  if (!Buffer.from(text).equals(Buffer.from(message)))
    return message.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${hex(byte)}`);
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${hex(char)}}`);
}

/** Waits so many ms, or until the signal. */
const wait = (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined);

async function main() {
  // Ctrl+C and SIGTERM end the loop; a second Ctrl+C ends it at once, also where Redis does not answer.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

  console.log(`${shown(delayed)} → LPUSH ${shown(queue)} · until Ctrl+C`);
  let moved = 0;
  let unsure = 0;
  while (!stop.signal.aborted) {
    // Without a connection nothing is sent, so that an error below is about a script that was.
    if (redis.status !== 'ready') {
      await wait(100, stop.signal);
      continue;
    }
    let due;
    try {
      // Workers take from the tail, so the message that is due first is pushed first.
      due = await redis.evalBuffer(moveScript, 2, delayed, queue, Date.now() / 1_000, batch);
    } catch (error) {
      // What Redis itself refuses, while another becomes the primary or its memory is full: see the next round.
      if (error.name !== 'ReplyError') {
        unsure += 1;
        console.log('? what was due may have been moved and is not shown here; nothing is lost');
      }
      console.log(`Redis: ${error.message} · trying again`);
      await wait(1_000, stop.signal);
      continue;
    }
    for (const message of due) console.log(`→ ${shown(message)}`);
    moved += due.length;
    if (due.length < batch) await wait(pollMs, stop.signal);
  }
  redis.disconnect();
  console.log(`── ${moved} moved${unsure > 0 ? ` · ${unsure} rounds with unknown outcome` : ''}`);
}

main().catch((error) => {
  // Not the error itself: that of ioredis holds the command, which may be the one with the password.
  console.error(error.stack);
  process.exit(1);
});
