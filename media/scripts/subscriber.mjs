/*
 * Shows what is published on a Redis channel, or on all channels of a pattern.
 *
 * Runs with: Node 18 or newer and ioredis      (npm install ioredis)
 *
 * It is told where to connect by its environment:
 *   REDIS_URL           address, for example redis://127.0.0.1:6379/0
 *   REDIS_CHANNEL       name of the channel; or REDIS_PATTERN, for example order_*
 *   REDIS_CLIENT_NAME   name of this subscriber in CLIENT LIST
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const channel = process.env.REDIS_CHANNEL ?? 'order_events';
const pattern = process.env.REDIS_PATTERN;
const redis = new Redis(address(), {
  connectionName: process.env.REDIS_CLIENT_NAME,
  // It is done below, where it is told when it is refused.
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
});
redis.on('error', (error) => console.log(`no connection: ${error.message || error.code} · trying again`));

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

/** Your work. Both are Buffers: as strings, bytes that are not UTF-8 would change. */
function handle(from, message) {
  console.log(`← ${shown(from)} ${shown(message)}`);
}

/** As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other. */
function shown(message) {
  const text = String(message);
  const hex = (char) => char.codePointAt(0).toString(16).padStart(2, '0');
  if (!Buffer.from(text).equals(Buffer.from(message)))
    return message.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${hex(byte)}`);
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${hex(char)}}`);
}

/** To be called with each connection: none remembers the subscriptions of the one before. What was published meanwhile is lost. */
async function subscribe() {
  try {
    if (pattern) await redis.psubscribe(pattern);
    else await redis.subscribe(channel);
    console.log(`subscribed to ${shown(pattern || channel)} · until Ctrl+C`);
  } catch (error) {
    console.log(`Redis: ${error.message} · trying again`);
    await pause(1_000);
    if (redis.status === 'ready') await subscribe();
  }
}

let received = 0;
function take(from, message) {
  received += 1;
  handle(from, message);
}
redis.on('ready', subscribe);
redis.on('messageBuffer', take);
redis.on('pmessageBuffer', (_pattern, from, message) => take(from, message));

// Ctrl+C and SIGTERM end it; a second Ctrl+C at once, also where Redis does not answer.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    redis.disconnect();
    console.log(`── ${received} received`);
  });
}
