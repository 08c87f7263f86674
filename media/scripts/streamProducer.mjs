/*
 * Adds entries to a Redis stream, each once.
 *
 * Runs with: Node 18 or newer and ioredis      (npm install ioredis)
 * An entry has one field, message, as those of the stream producer that comes with Redis Messaging.
 *
 *   node streamProducer.mjs                         an order a second until Ctrl+C
 *   node streamProducer.mjs '{"order":1}' hello     these messages, which must be UTF-8: Node reads nothing else
 *
 * What may have been added when the connection broke is named and not added again; what Redis refused is tried again.
 *
 * It is told where to connect by its environment:
 *   REDIS_URL           address, for example redis://127.0.0.1:6379/0
 *   REDIS_STREAM        name of the stream
 *   REDIS_CLIENT_NAME   name of this producer in CLIENT LIST
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const stream = process.env.REDIS_STREAM ?? 'orders';
const field = 'message';
// The oldest entries beyond about so many are deleted, read or not. 0 keeps all.
const maxLength = 0;
const given = process.argv.slice(2);
const redis = new Redis(address(), {
  connectionName: process.env.REDIS_CLIENT_NAME,
  // An XADD whose reply was lost is not sent again: it would add a second entry.
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

/** Waits so many ms, or until the signal. */
const wait = (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined);

async function main() {
  // Ctrl+C and SIGTERM end the loop; a second Ctrl+C ends it at once, also where Redis does not answer.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

  console.log(`XADD ${shown(stream)} · until Ctrl+C`);
  const trim = maxLength > 0 ? ['MAXLEN', '~', maxLength] : [];
  let added = 0;
  let unsure = 0;
  let missing = 0;
  for (const message of messages()) {
    let settled = false;
    while (!settled && !stop.signal.aborted) {
      // Without a connection nothing is sent, so that an error below is about an entry that was.
      if (redis.status !== 'ready') {
        await wait(100, stop.signal);
        continue;
      }
      try {
        const entry = await redis.xadd(stream, ...trim, '*', field, message);
        added += 1;
        settled = true;
        console.log(`→ ${shown(message)} · ${entry}`);
      } catch (error) {
        // What Redis itself refuses, while another becomes the primary or its memory is full, was not added.
        if (error.name !== 'ReplyError') {
          unsure += 1;
          settled = true;
          console.log(`? ${shown(message)} · it may have been added`);
        }
        console.log(`Redis: ${error.message} · trying again`);
        await wait(1_000, stop.signal);
      }
    }
    if (!settled) {
      missing += 1;
      console.log(`✗ ${shown(message)} · not added`);
    }
    if (given.length > 0) continue;
    await wait(1_000, stop.signal);
    if (stop.signal.aborted) break;
  }
  redis.disconnect();
  console.log(`── ${added} added to ${shown(stream)}${unsure > 0 ? ` · ${unsure} with unknown outcome` : ''}`);
  if (missing + unsure > 0 && given.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  // Not the error itself: that of ioredis holds the command, which may be the one with the password.
  console.error(error.stack);
  process.exit(1);
});
