/*
 * Works on jobs: takes ids off a Redis queue, and keeps the status of each job in its hash, job:<id>.
 *
 * Runs with: Node 18 or newer and ioredis      (npm install ioredis)
 * Who makes a job writes its hash first, then puts its id on the queue:
 *
 *   HSET job:17 status pending payload '{"to":"a@b.c"}'
 *   LPUSH email_queue 17
 *
 * The status goes from pending to processing, and then to sent or to failed. The job producer and the job worker that come with
 * Redis Messaging do the same, so all of them can share a queue. Several copies share it: each id goes to exactly one of them.
 *
 * An id that was taken is on no list any more: if this program dies while it works, nobody else does the job. Its hash stays,
 * with the status processing and the name of the worker. Where that must not happen, use the reliable worker.
 *
 * It is told where to connect by its environment:
 *   REDIS_URL           address, for example redis://127.0.0.1:6379/0
 *   REDIS_QUEUE         name of the queue
 *   REDIS_CLIENT_NAME   name of this worker in CLIENT LIST, and in the hashes
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const queue = process.env.REDIS_QUEUE ?? 'email_queue';
const worker = process.env.REDIS_CLIENT_NAME || `jobWorker:${process.pid}`;
const prefix = Buffer.from('job:');
const doneStatus = 'sent';
// False: the hash of a job that is done is deleted. That of one that failed is always kept.
const keep = true;

// A hash that was deleted or has expired is not made again: it would be one without a payload that never expires.
const updateScript = `
  if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
  return redis.pcall('HSET', KEYS[1], unpack(ARGV))`;

const redis = new Redis(address(), {
  connectionName: worker,
  // A pop whose reply was lost is not sent again: it would take a second id.
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

/** Your work. When it throws, the status of the job becomes failed. Both are Buffers. */
async function workOn(job, payload) {
  console.log(`✓ ${shown(job)}  ${shown(payload)}`);
}

/** As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other. */
function shown(message) {
  const text = String(message);
  const hex = (char) => char.codePointAt(0).toString(16).padStart(2, '0');
  if (!Buffer.from(text).equals(Buffer.from(message)))
    return message.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${hex(byte)}`);
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${hex(char)}}`);
}

/** Set by Ctrl+C. */
let stop = false;

const now = () => new Date().toISOString();

/** The reply to a command that may be carried out twice. Asks until Redis answers, since nobody else has the id. */
async function finish(job, command) {
  for (;;) {
    try {
      return await command();
    } catch (error) {
      // Where it is no hash, or where the user may not run EVAL, that does not change.
      if (error.name === 'ReplyError' && /WRONGTYPE|\beval\b/i.test(error.message)) throw error;
      const then = stop ? ' (Ctrl+C again leaves it so)' : '';
      console.log(`Redis: ${error.message} · trying again, ${shown(job)} is taken and not finished${then}`);
      await pause(1_000);
    }
  }
}

/** Sets fields of the job's hash. @returns whether there is one */
async function update(job, key, ...fields) {
  try {
    return (await finish(job, () => redis.eval(updateScript, 1, key, ...fields))) >= 0;
  } catch (error) {
    if (error.message.includes('WRONGTYPE')) throw error;
  }
  // As near as it gets for a user that may not run EVAL: between the two commands the hash may go.
  if ((await finish(job, () => redis.exists(key))) === 0) return false;
  await finish(job, () => redis.hset(key, ...fields));
  return true;
}

/** Does one job. @returns whether it is done */
async function perform(job) {
  const key = Buffer.concat([prefix, job]);
  if (!(await update(job, key, 'status', 'processing', 'started_at', now(), 'worker', worker))) {
    console.log(`✗ ${shown(job)}: there is no hash ${shown(key)}`);
    return false;
  }
  const payload = await finish(job, () => redis.hgetBuffer(key, 'payload'));
  try {
    await workOn(job, payload ?? Buffer.alloc(0));
  } catch (error) {
    // One bad job must not stop the others.
    const there = await update(job, key, 'status', 'failed', 'finished_at', now());
    console.log(`✗ ${shown(job)}: ${error?.message ?? error} · ${there ? 'failed' : `its hash ${shown(key)} is gone`}`);
    return false;
  }
  if (!keep) await finish(job, () => redis.del(key));
  else if (!(await update(job, key, 'status', doneStatus, 'finished_at', now())))
    console.log(`? ${shown(job)}: done, but its hash ${shown(key)} is gone`);
  return true;
}

async function main() {
  // Ctrl+C and SIGTERM end the loop after the job at hand, so that none is dropped half done; a second Ctrl+C at once.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (stop = true));

  console.log(`BRPOP ${shown(queue)} · until Ctrl+C`);
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
      // Producers LPUSH, so the oldest id is at the tail. The second is for looking at `stop`.
      taken = await redis.brpopBuffer(queue, 1);
    } catch (error) {
      // What Redis itself refuses, while another becomes the primary or its memory is full, has taken nothing.
      if (error.name !== 'ReplyError') {
        unsure += 1;
        console.log('? an id may have been taken and lost with the connection: its job stays pending');
      }
      console.log(`Redis: ${error.message} · trying again`);
      await pause(1_000);
      continue;
    }
    if (taken === null) continue;
    const [, job] = taken;
    try {
      if (await perform(job)) done += 1;
    } catch (error) {
      console.log(`✗ ${shown(job)}: ${error.message}`);
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
