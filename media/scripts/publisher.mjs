/*
 * Publishes messages on a Redis channel, and says how many received each.
 *
 * Runs with: Node 18 or newer and ioredis      (npm install ioredis)
 *
 *   node publisher.mjs                         an event a second until Ctrl+C
 *   node publisher.mjs '{"order":1}' hello     these messages
 *
 * It is told where to connect by its environment:
 *   REDIS_URL       address, for example redis://127.0.0.1:6379/0
 *   REDIS_CHANNEL   name of the channel
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const channel = process.env.REDIS_CHANNEL ?? 'order_events';
const given = process.argv.slice(2);
const redis = new Redis(address(), {
  connectionName: process.env.REDIS_CLIENT_NAME,
  // What may have been published is not published again.
  autoResendUnfulfilledCommands: false,
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

/** Your messages. */
function* messages() {
  if (given.length > 0) yield* given;
  else for (let order = 1; ; order++) yield JSON.stringify({ order, status: 'created' });
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
  const stop = new AbortController();
  // Ctrl+C and SIGTERM end the loop; a second Ctrl+C ends it at once, also where Redis does not answer.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

  let published = 0;
  let unsure = 0;
  for (const message of messages()) {
    // Without a connection nothing is sent.
    while (redis.status !== 'ready' && !stop.signal.aborted) await wait(100, stop.signal);
    if (stop.signal.aborted) break;
    try {
      // Redis keeps nothing for later: what nobody hears is gone.
      const receivers = await redis.publish(channel, message);
      published += 1;
      console.log(`→ ${shown(message)} · ${receivers === 0 ? 'nobody was listening' : `${receivers} received it`}`);
    } catch (error) {
      unsure += 1;
      console.log(`? ${shown(message)} · it may not have been published: ${error.message}`);
    }
    if (given.length === 0) await wait(1_000, stop.signal);
  }
  redis.disconnect();
  console.log(`── ${published} published on ${shown(channel)}`);
  if (unsure > 0 && given.length > 0) process.exitCode = 1;
}

/** Waits so many ms, or until the signal. */
const wait = (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined);

main().catch((error) => {
  // Not the error itself: that of ioredis holds the command, which may be the one with the password.
  console.error(error.stack);
  process.exit(1);
});
