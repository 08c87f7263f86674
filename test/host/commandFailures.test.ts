import assert from 'node:assert/strict';
import Redis from 'ioredis';
import { freePort } from '../launch/freePort';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { rejection, run, useSetting } from './product';

const limit = 2_048;

interface WrongCall {
  readonly what: string;
  readonly command: string;
  readonly args: object;
  readonly code: string;
  readonly message: RegExp;
  readonly hint?: RegExp;
}

const q = { connection: 'writable', queue: 'q' };
const c = { connection: 'writable', channel: 'c' };

const wrongCalls: readonly WrongCall[] = [
  ...[
    'queue.push',
    'queue.peek',
    'queue.pop',
    'channel.publish',
    'connection.connect',
    'connection.test',
  ].map((command) => ({
    what: 'an unknown connection',
    command,
    args: { connection: 'nowhere', queue: 'q', channel: 'c', message: 'm', confirmed: true },
    code: 'noConnection',
    message: /^[A-Z].+: There is no connection named "nowhere"/,
    hint: /Known connections: writable, locked, closed/,
  })),
  {
    what: 'no connection where there are several',
    command: 'queue.peek',
    args: { queue: 'q' },
    code: 'noConnection',
    message: /^Peek at Next Message: Several connections/,
    hint: /pass the argument "connection"/,
  },
  ...['queue.push', 'queue.peek', 'queue.pop'].map((command) => ({
    what: 'an empty queue name',
    command,
    args: { ...q, queue: '', message: 'm', confirmed: true },
    code: 'argument',
    message: /^writable · .+: The queue name is empty/,
    hint: /nothing was sent/i,
  })),
  {
    what: 'an empty channel name',
    command: 'channel.publish',
    args: { ...c, channel: { base64: '' }, message: 'm' },
    code: 'argument',
    message: /^writable · Publish Message: The channel name is empty/,
    hint: /nothing was sent/i,
  },
  ...['queue.push', 'queue.peek', 'queue.pop'].map((command) => ({
    what: 'no queue',
    command,
    args: { connection: 'writable', message: 'm', confirmed: true },
    code: 'argument',
    message: /The argument "queue" is missing/,
    hint: /pass all that it needs/,
  })),
  {
    what: 'no message',
    command: 'queue.push',
    args: q,
    code: 'argument',
    message: /The argument "message" is missing/,
    hint: /pass all that it needs/,
  },
  {
    what: 'an empty list of messages',
    command: 'queue.push',
    args: { ...q, messages: [] },
    code: 'argument',
    message: /There is no message to push/,
  },
  {
    what: 'an empty list of messages',
    command: 'channel.publish',
    args: { ...c, messages: [] },
    code: 'argument',
    message: /There is no message to publish/,
  },
  ...(
    [
      ['queue.push', { ...q, message: 42 }, /"message" must be text or/],
      ['queue.push', { ...q, messages: 'm' }, /"messages" must be a list of text or/],
      ['queue.push', { ...q, messages: ['m', null] }, /"messages" must be a list of text or/],
      ['queue.push', { ...q, message: 'm', end: 'left' }, /"end" must be head, tail/],
      ['queue.push', { ...q, message: 'm', queue: ['q'] }, /"queue" must be text or/],
      ['queue.push', { ...q, connection: 7, message: 'm' }, /"connection" must be text/],
      ['queue.push', { ...q, message: { base64: 'a' } }, /base64 text is malformed/],
      ['queue.push', { ...q, message: '\ud800' }, /half of a surrogate pair/],
      ['queue.peek', { ...q, count: 0 }, /"count" must be a whole number/],
      ['queue.peek', { ...q, count: '1' }, /"count" must be a whole number/],
      ['queue.peek', { ...q, offset: -1 }, /"offset" must be a whole number/],
      ['queue.peek', { ...q, offset: 1.5 }, /"offset" must be a whole number/],
      ['queue.pop', { ...q, count: Number.NaN, confirmed: true }, /"count" must be a whole number/],
      ['queue.pop', { ...q, confirmed: 'yes' }, /"confirmed" must be true or false/],
      ['channel.publish', { ...c, message: 'm', sharded: 1 }, /"sharded" must be true or false/],
      ['explorer.filter', { glob: 1 }, /"glob" must be text/],
      ['explorer.filter', {}, /"glob" is missing/],
    ] as const
  ).map(([command, args, message]) => ({
    what: JSON.stringify(args),
    command,
    args,
    code: 'argument',
    message,
  })),
  ...['queue.push', 'queue.peek', 'queue.pop'].map((command) => ({
    what: 'a key that is no list',
    command,
    args: { ...q, queue: 'text', message: 'm', confirmed: true },
    code: 'wrongType',
    message: /^writable · .+: [A-Z]+ was refused: the key holds another type of value/,
    hint: /Refresh the view/,
  })),
  ...['queue.push', 'queue.pop', 'channel.publish'].map((command) => ({
    what: 'a read-only connection',
    command,
    args: { connection: 'locked', queue: 'q', channel: 'c', message: 'm', confirmed: true },
    code: 'readOnly',
    message: /^locked · .+: The connection is read-only: nothing was sent/,
    hint: /switch "read-only" off/,
  })),
  ...['queue.push', 'channel.publish'].map((command) => ({
    what: 'a message beyond the limit that was not confirmed',
    command,
    args: { ...q, ...c, message: 'x'.repeat(limit + 1) },
    code: 'confirmation',
    message: new RegExp(`^writable · .+: The message has ${limit + 1} bytes\\.`),
    hint: /"confirmed": true.*Nothing was changed/,
  })),
  ...[
    'connection.connect',
    'connection.test',
    'queue.push',
    'queue.peek',
    'queue.pop',
    'channel.publish',
  ].map((command) => ({
    what: 'a port on which nothing listens',
    command,
    args: { connection: 'closed', queue: 'q', channel: 'c', message: 'm', confirmed: true },
    code: 'unreachable',
    message: /^closed · .+: Nothing listens at 127\.0\.0\.1:\d+\/0/,
    hint: /Start the server, or check address and port/,
  })),
];

describe('a command that cannot be done', () => {
  let redis: RedisServer;
  let observer: Redis;
  let closedPort: number;

  before('start Redis', async () => {
    redis = await startRedis();
    observer = new Redis(redis.url);
    closedPort = await freePort();
    await observer.set('text', 'not a list');
    await observer.rpush('q', 'untouched');
  });
  useSetting('connections', () => [
    { id: 'writable', name: 'writable', url: redis.url },
    { id: 'locked', name: 'locked', url: redis.url, readOnly: true },
    { id: 'closed', name: 'closed', url: `redis://127.0.0.1:${closedPort}/0` },
  ]);
  useSetting('message.confirmBytes', () => limit);
  after('end Redis', async () => {
    observer?.disconnect();
    await redis?.stop();
  });

  for (const { what, command, args, code, message, hint = /^/ } of wrongCalls) {
    it(`says so and changes nothing: ${command}, ${what.slice(0, 80)}`, async () => {
      const failure = await rejection(command, args);
      assert.equal(failure.code, code, failure.message);
      assert.match(failure.message, message);
      assert.match(failure.hint, hint);
      assert.deepEqual(await observer.lrange('q', 0, -1), ['untouched']);
      assert.equal(await observer.get('text'), 'not a list');
      assert.equal(await observer.dbsize(), 2);
    });
  }

  it('works on a read-only connection where it only reads', async () => {
    const answer = await run('queue.peek', { connection: 'locked', queue: 'q' });
    assert.deepEqual(answer, { messages: ['untouched'], length: 1 });
  });

  it('sends a large message once that is confirmed', async () => {
    const message = 'x'.repeat(limit + 1);
    await run('queue.push', { connection: 'writable', queue: 'large', message, confirmed: true });
    assert.equal(await observer.lindex('large', 0), message);
    await run('queue.push', { connection: 'writable', queue: 'large', message: 'x'.repeat(limit) });
    assert.equal(await observer.llen('large'), 2);
    await observer.del('large');
  });
});
