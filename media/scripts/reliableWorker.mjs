/*
 * Takes messages off a Redis queue without ever losing one, even when it is killed in mid-work.
 *
 * Runs with: Node 18 or newer, ioredis         (npm install ioredis)
 *            and Redis 6.2 or newer, or Valkey
 *
 * Each message is moved by BLMOVE to a processing list and removed there by LREM when the work is done. So it is in exactly
 * one list until then, and is worked on at least once; let the work be harmless when repeated.
 *
 * Every copy owns a processing list: <queue>:processing, then <queue>:processing:2 and so on. Whoever sets the key
 * <list>:lease owns the list, and renews the key while it lives. A message in a list without a lease was left by a dead worker,
 * and the next one puts it back. The reliable worker that comes with Redis Messaging does the same, so both can share a queue.
 *
 * It is told where to connect by its environment:
 *   REDIS_URL           address, for example redis://127.0.0.1:6379/0
 *   REDIS_QUEUE         name of the queue
 *   REDIS_CLIENT_NAME   name of this worker in CLIENT LIST
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const queue = process.env.REDIS_QUEUE ?? 'task_queue';
const dead = `${queue}:dead`;
const attempts = `${queue}:script-attempts`;
const retries = 3;
const leaseMs = 5_000;
const mostWorkers = 64;
const token = randomUUID();

const renewScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;
const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
// It pushes before it removes: a push that is refused ends the script, and the message is still in its list.
const returnScript = `
  if not redis.call('LPOS', KEYS[1], ARGV[1]) then return 0 end
  redis.call(ARGV[2], KEYS[2], ARGV[1])
  return redis.call('LREM', KEYS[1], -1, ARGV[1])`;

const url = address();
const options = {
  connectionName: process.env.REDIS_CLIENT_NAME,
  // A command whose reply was lost is not sent again by itself: the loop looks at what became of it.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
};
const redis = new Redis(url, options);
// BLMOVE blocks its connection, and the lease has to be renewed meanwhile.
const heart = new Redis(url, options);
redis.on('error', (error) => console.log(`no connection: ${error.message || error.code} · trying again`));
heart.on('error', () => undefined);

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

/**
 * Your work. When it throws, the message is tried again, and after `retries` times it goes to the dead-letter list.
 * `message` is a Buffer: as a string, bytes that are not UTF-8 would change, and LREM would not find the message.
 */
async function workOn(message) {
  console.log(`✓ ${shown(message)}`);
}

/** As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other. */
function shown(message) {
  const text = String(message);
  const hex = (char) => char.codePointAt(0).toString(16).padStart(2, '0');
  if (!Buffer.from(text).equals(Buffer.from(message)))
    return message.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${hex(byte)}`);
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${hex(char)}}`);
}

const listKey = (number) => (number <= 1 ? `${queue}:processing` : `${queue}:processing:${number}`);
const leaseKey = (number) => `${listKey(number)}:lease`;
const lease = async (number) => (await redis.set(leaseKey(number), token, 'PX', leaseMs, 'NX')) === 'OK';
const release = (number) => redis.eval(releaseScript, 1, leaseKey(number), token);

/** The number of the list that this worker owns; 0 while it owns none. */
let own = 0;

/** Takes the first list that nobody owns, and puts back what its dead owner left. */
async function ownList() {
  // Who may not run EVAL could keep no lease and put nothing back. That is told before anything is taken.
  if (own === 0) await redis.eval('return 1', 0);
  for (let number = 1; own === 0 && number <= mostWorkers; number++) {
    if (!(await lease(number))) continue;
    // From here on the lease is renewed.
    own = number;
    console.log(`processing list ${shown(listKey(number))}`);
    await recover(number);
    return listKey(number);
  }
  if (own === 0) throw new Error(`${mostWorkers} workers work on ${shown(queue)} already.`);
  return listKey(own);
}

/** Without a lease, others may have taken over what is in the list. */
async function renew() {
  const number = own;
  if (number === 0) return;
  if ((await heart.eval(renewScript, 1, leaseKey(number), token, leaseMs)) === 0) own = 0;
}

/** Puts back what other workers left that are dead by now. */
async function recoverAbandoned() {
  for (let number = 1; number <= mostWorkers; number++) {
    if (number === own || (await redis.exists(listKey(number))) === 0 || !(await lease(number))) continue;
    await recover(number);
    await release(number);
  }
}

async function recover(number) {
  for (;;) {
    const message = await redis.lindexBuffer(listKey(number), -1);
    if (message === null) return;
    console.log(`↺ ${shown(message)} · left by a dead worker`);
    await giveBack(listKey(number), message, true);
  }
}

/** Puts a message that is not done back on the queue, or buries it. In one step, so that it is in exactly one list. */
async function giveBack(processing, message, first = false) {
  const buried = (await redis.hincrby(attempts, message, 1)) > retries;
  const to = buried ? dead : queue;
  // Workers take from the tail: RPUSH makes it the next, LPUSH the last.
  await redis.eval(returnScript, 2, processing, to, message, first && !buried ? 'RPUSH' : 'LPUSH');
  if (buried) await redis.hdel(attempts, message);
  return to;
}

/** @returns whether there was a message */
async function round() {
  const processing = await ownList();
  // What came with a reply that was lost is the next; else wait for one, and look at `stop` from time to time.
  const message =
    (await redis.lindexBuffer(processing, -1)) ??
    (await redis.blmoveBuffer(queue, processing, 'RIGHT', 'LEFT', 1));
  if (message === null) {
    await recoverAbandoned();
    return false;
  }
  try {
    await workOn(message);
  } catch (error) {
    // One bad message must not stop the others.
    const why = error?.message ?? error;
    console.log(`✗ ${shown(message)}: ${why} · to ${shown(await giveBack(processing, message))}`);
    return false;
  }
  await redis.lrem(processing, 1, message);
  await redis.hdel(attempts, message);
  return true;
}

async function main() {
  // Ctrl+C and SIGTERM end the loop after the message at hand; a second Ctrl+C ends it at once.
  let stop = false;
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (stop = true));

  const beat = setInterval(() => renew().catch(() => undefined), leaseMs / 3);
  console.log(`BLMOVE ${shown(queue)} · until Ctrl+C`);
  let done = 0;
  while (!stop) {
    // Without a connection there is nothing to do, and the error above is told.
    if (redis.status !== 'ready') {
      await pause(100);
      continue;
    }
    try {
      if (await round()) done += 1;
    } catch (error) {
      console.log(`Redis: ${error.message} · trying again`);
      await pause(1_000);
    }
  }
  clearInterval(beat);
  // Where that fails, the lease lapses by itself.
  if (own !== 0) await release(own).catch(() => undefined);
  heart.disconnect();
  redis.disconnect();
  console.log(`── ${done} processed`);
}

main().catch((error) => {
  // Not the error itself: that of ioredis holds the command, which may be the one with the password.
  console.error(error.stack);
  process.exit(1);
});
