/*
 * Reads a Redis stream in a consumer group, and acknowledges each entry when the work is done.
 *
 * Runs with: Node 18 or newer, ioredis         (npm install ioredis)
 *            and Redis 6.2 or newer, or Valkey
 *
 * XREADGROUP gives an entry to one consumer of the group, and keeps it as pending until XACK. So nothing is lost when this
 * program is killed: what a consumer has left for idleMs, another claims by XAUTOCLAIM. An entry is worked on at least once;
 * let the work be harmless when repeated. What comes back more than `retries` times goes to the stream <stream>:dead.
 *
 * The stream consumer that comes with Redis Messaging reads in the same group, so both can share a stream.
 *
 * It is told where to connect by its environment:
 *   REDIS_URL           address, for example redis://127.0.0.1:6379/0
 *   REDIS_STREAM        name of the stream
 *   REDIS_CLIENT_NAME   name of this consumer; another one for each copy
 */
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const stream = process.env.REDIS_STREAM ?? 'orders';
const dead = `${stream}:dead`;
const group = 'workers';
const name = process.env.REDIS_CLIENT_NAME || `${hostname()}:${process.pid}`;
const consumer = name.replace(/^redis-messaging:/, '');
const retries = 3;
const idleMs = 10_000;

// Says that an entry is still worked on, if it is still this consumer's. JUSTID, since it is no further delivery.
const keepScript = `
  if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
  return 1`;
// It adds before it acknowledges: when the dead-letter stream refuses the entry, the script ends, and the entry is still pending.
const buryScript = `
  if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
  local entry = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])[1]
  if entry and #entry[2] > 7000 then return redis.error_reply('too many fields') end
  if entry then redis.call('XADD', KEYS[2], '*', unpack(entry[2])) end
  return redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])`;

const redis = new Redis(address(), {
  connectionName: name,
  // What a lost reply had in it is read again as this consumer's own.
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

/**
 * Your work. When it throws, the entry is tried again after idleMs, and after `retries` times it goes to `dead`.
 * `fields` are pairs of name and value, both Buffers.
 */
async function workOn(id, fields) {
  console.log(`✓ ${id}  ${fields.map((pair) => pair.map(shown).join('=')).join('  ')}`);
}

/** As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other. */
function shown(message) {
  const text = String(message);
  const hex = (char) => char.codePointAt(0).toString(16).padStart(2, '0');
  if (!Buffer.from(text).equals(Buffer.from(message)))
    return message.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${hex(byte)}`);
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${hex(char)}}`);
}

const stop = new AbortController();
/** Waits so many ms, or until Ctrl+C. */
const wait = (ms) => pause(ms, undefined, { signal: stop.signal }).catch(() => undefined);

let done = 0;
/** Where it is among the entries that it has had and not acknowledged; undefined when it has seen them all. */
let ownAfter = '0';
let cursor = '0-0';
let claimAt = 0;

/** To be called at first, and again after each error: the group may be gone, and a reply with an entry be lost. */
async function begin() {
  try {
    await redis.xgroup('CREATE', stream, group, '0', 'MKSTREAM');
  } catch (error) {
    if (!error.message.startsWith('BUSYGROUP')) throw error;
  }
  ownAfter = '0';
}

/** The next of the entries that this consumer has had, or `>` for the next that nobody has had. */
async function read(after, ...block) {
  const reply = await redis.xreadgroupBuffer('GROUP', group, consumer, 'COUNT', 1, ...block, 'STREAMS', stream, after);
  return reply?.[0]?.[1][0];
}

/** @returns what is to be done next, or undefined where nothing came within a second */
async function next() {
  if (ownAfter !== undefined) {
    // What it had before a restart, or what came with a reply that was lost.
    const entry = await read(ownAfter);
    ownAfter = entry?.[0];
    return entry && [...entry, 'had it before'];
  }
  if (performance.now() >= claimAt) {
    // What somebody left for too long.
    const [after, [entry]] = await redis.xautoclaimBuffer(stream, group, consumer, idleMs, cursor, 'COUNT', 1);
    cursor = String(after);
    if (cursor === '0-0') claimAt = performance.now() + idleMs / 2;
    // Redis 6 does not tell the id of one that was deleted from the stream; it is among its own now.
    if (entry === null) ownAfter = '0';
    return entry ? [...entry, 'claimed, it had been left'] : undefined;
  }
  // The second is for looking at `stop`.
  return read('>', 'BLOCK', 1_000);
}

async function handle(id, fields, remark) {
  if (remark !== undefined) console.log(`↺ ${id} · ${remark}`);
  if (fields === null) {
    console.log(`✗ ${id}: it was deleted from the stream`);
    await acknowledge(id);
    return;
  }
  const [pending] = await redis.xpending(stream, group, id, id, 1);
  const deliveries = pending?.[3] ?? 1;
  if (deliveries > retries + 1) {
    console.log(`✗ ${id}: left ${deliveries - 1} times · ${await bury(id)}`);
    return;
  }
  const beat = setInterval(() => keep(id), idleMs / 3);
  try {
    await workOn(id, pairs(fields));
  } catch (error) {
    // One bad entry must not stop the others.
    const whatThen = deliveries > retries ? await bury(id) : 'stays pending';
    console.log(`✗ ${id}: ${error?.message ?? error} · ${whatThen}`);
    return;
  } finally {
    clearInterval(beat);
  }
  await acknowledge(id);
  done += 1;
}

/** Why it could not say last that an entry is worked on. */
let told;
async function keep(id) {
  try {
    await redis.eval(keepScript, 1, stream, group, consumer, id);
    told = undefined;
  } catch (error) {
    if (error.message !== told) console.log(`Redis: ${error.message} · ${id} is worked on, but others may claim it`);
    told = error.message;
  }
}

const pairs = (fields) => fields.flatMap((field, index) => (index % 2 === 0 ? [[field, fields[index + 1]]] : []));

/** In one step, so that the entry is either pending or in the dead-letter stream. @returns what became of it */
async function bury(id) {
  try {
    const buried = await redis.eval(buryScript, 2, stream, dead, group, consumer, id);
    return buried === 0 ? 'another has it' : `to ${shown(dead)}`;
  } catch (error) {
    if (error.name !== 'ReplyError') {
      console.log(`? ${id}: it is still pending, or in ${shown(dead)}`);
      throw error;
    }
    return `stays pending, not to ${shown(dead)}: ${error.message}`;
  }
}

/** Asks until Redis answers, since the work is done. Where it does not until Ctrl+C, the entry will be done again. */
async function acknowledge(id) {
  for (let again = false; ; again = true) {
    try {
      if ((await redis.xack(stream, group, id)) === 0 && !again)
        console.log(`? ${id}: was no longer pending, so another may have done it, too`);
      return;
    } catch (error) {
      console.log(`Redis: ${error.message} · trying again, ${id} is done and not acknowledged`);
      if (stop.signal.aborted) throw error;
      await wait(1_000);
    }
  }
}

/** Takes the name out of the group, in which it would stay for ever, unless entries wait under it. */
async function leave() {
  if (redis.status !== 'ready') return;
  const pending = await redis.xpending(stream, group, '-', '+', 1, consumer);
  if (pending.length === 0) await redis.xgroup('DELCONSUMER', stream, group, consumer);
}

async function main() {
  // Ctrl+C and SIGTERM end the loop after the entry at hand; a second Ctrl+C ends it at once, and leaves the entry pending.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

  console.log(`XREADGROUP ${shown(stream)} · group ${group}, consumer ${consumer} · until Ctrl+C`);
  let begun = false;
  while (!stop.signal.aborted) {
    if (redis.status !== 'ready') {
      await wait(100);
      continue;
    }
    try {
      if (!begun) await begin();
      begun = true;
      const entry = await next();
      if (entry !== undefined) await handle(...entry);
    } catch (error) {
      // Also what a server says while another becomes the primary, or when somebody has deleted the group.
      begun = false;
      console.log(`Redis: ${error.message} · trying again`);
      await wait(1_000);
    }
  }
  // It is about a name only.
  await leave().catch(() => undefined);
  redis.disconnect();
  console.log(`── ${done} processed`);
}

main().catch((error) => {
  // Not the error itself: that of ioredis holds the command, which may be the one with the password.
  console.error(error.stack);
  process.exit(1);
});
