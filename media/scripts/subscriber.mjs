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
import { Redis } from 'ioredis';

const channel = process.env.REDIS_CHANNEL ?? 'order_events';
const pattern = process.env.REDIS_PATTERN;
// It subscribes again by itself when the connection is back. What was published meanwhile is lost.
const redis = new Redis(address(), {
  connectionName: process.env.REDIS_CLIENT_NAME,
  maxRetriesPerRequest: null,
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

/** Your work. */
function handle(from, message) {
  console.log(`← ${shown(from)} ${shown(message)}`);
}

/** As text. What is not printable is written out, since a terminal would obey it. */
function shown(message) {
  return String(message).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);
}

async function main() {
  let received = 0;
  const take = (from, message) => {
    received += 1;
    handle(from, message);
  };
  redis.on('message', take);
  redis.on('pmessage', (_pattern, from, message) => take(from, message));
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      redis.disconnect();
      console.log(`── ${received} received`);
    });
  }
  if (pattern === undefined) await redis.subscribe(channel);
  else await redis.psubscribe(pattern);
  console.log(`subscribed to ${shown(pattern ?? channel)} · until Ctrl+C`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
