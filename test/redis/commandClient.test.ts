import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import type { ConnectionState } from '../../src/core/connectionState';
import { isFailure } from '../../src/core/failure';
import { freePort } from '../launch/freePort';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { SeededRandom } from '../unit/capture/seededRandom';
import { Connections, failureOf, stateOf } from './connections';

describe('connection for commands', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;

  before(async () => {
    server = await startRedis({ args: ['--databases', '16'] });
    redis = new Redis({ host: server.host, port: server.port });
  });
  beforeEach(() => redis.flushall());
  afterEach(() => connections.dispose());
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** Listens on a free port and treats whoever connects as told, while `use` runs. */
  async function withPeer(
    treat: (socket: Socket) => void,
    use: (port: number) => Promise<void>,
  ): Promise<void> {
    const peer = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      treat(socket);
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    try {
      await use((peer.address() as AddressInfo).port);
    } finally {
      connections.dispose();
      await new Promise((resolve) => peer.close(resolve));
    }
  }

  describe('coming about', () => {
    it('goes from idle through connecting to ready', async () => {
      const connection = connections.open(server.port);
      const states: ConnectionState['kind'][] = [connection.state.kind];
      connection.onDidChangeState(({ kind }) => states.push(kind));
      await connection.connect();
      assert.deepEqual(states, ['idle', 'connecting', 'ready']);
      assert.equal(String(await connection.send(['PING'])), 'PONG');
    });

    it('has its name and its database', async () => {
      const connection = await connections.connect(server.port, { db: 3 });
      await connection.send(['SET', 'key', 'value']);
      assert.match(String(await connection.send(['CLIENT', 'LIST'])), /name=test .*db=3 /);
      assert.equal(await redis.exists('key'), 0);
    });

    it('says that nothing listens there', async () => {
      const port = await freePort();
      const connection = connections.open(port);
      const failure = await failureOf(connection.connect());
      assert.equal(failure.code, 'unreachable');
      assert.equal(failure.message, `Nothing listens at 127.0.0.1:${port}/0.`);
      assert.notEqual(failure.hint, '');
      const { state } = connection;
      assert.ok(state.kind === 'reconnecting' && state.nextAttemptAt > 0);
      assert.equal(state.cause.message, failure.message);
    });

    it('says that the host is unknown', async () => {
      const connection = connections.open(6379, { host: 'no-such-host.invalid' });
      const failure = await failureOf(connection.connect());
      assert.equal(failure.code, 'unreachable');
      assert.match(failure.message, /no-such-host\.invalid:6379\/0 (is unknown|could not be looked up)/);
    });

    it('says that the server has no such database, instead of using another', async () => {
      const connection = connections.open(server.port, { db: 99 });
      const failure = await failureOf(connection.connect());
      assert.equal(failure.code, 'argument');
      assert.match(failure.message, /no database with that number/);
      assert.equal(connection.state.kind, 'failed');
    });

    it('connects as a user who may do next to nothing, and notes what was refused', async () => {
      await redis.call('ACL', 'SETUSER', 'few', 'on', '>pw', '~mine:*', '+llen', '+auth');
      const connection = await connections.connect(server.port, { username: 'few', password: 'pw' });
      assert.equal(await connection.send(['LLEN', 'mine:list']), 0);
      assert.equal((await failureOf(connection.send(['LLEN', 'other']))).code, 'permission');
      assert.deepEqual(connection.denied, ['PING', 'CLIENT']);
      let told = 0;
      connection.onDidChangeState(() => {
        told += 1;
      });
      for (let again = 0; again < 2; again++) await failureOf(connection.send(['info']));
      assert.deepEqual(connection.denied, ['PING', 'CLIENT', 'INFO']);
      assert.equal(told, 1);
    });

    it('says that the server takes no more clients', async () => {
      const full = await startRedis({ args: ['--maxclients', '1'] });
      const only = new Redis({ host: full.host, port: full.port });
      try {
        await only.ping();
        const failure = await failureOf(connections.open(full.port).connect());
        assert.equal(failure.message, 'The server takes no more clients.');
      } finally {
        connections.dispose();
        only.disconnect();
        await full.stop();
      }
    });

    for (const [what, more] of [
      ['', {}],
      [', also where it is sent a password', { password: 's3cret' }],
      [', also where it is sent a database', { db: 1 }],
    ] as const) {
      it(`says that what answers is no Redis${what}`, async () => {
        const answer = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
        await withPeer(
          (socket) => socket.once('data', () => socket.end(answer)),
          async (port) => {
            const failure = await failureOf(connections.open(port, more).connect());
            assert.equal(failure.code, 'notRedis');
          },
        );
      });
    }

    it('gives a port up that stays silent', async () => {
      await withPeer(
        (socket) => socket.resume(),
        async (port) => {
          const since = Date.now();
          const failure = await failureOf(connections.open(port).connect());
          assert.equal(failure.code, 'timeout');
          assert.match(failure.message, /accepts connections but does not answer/);
          // An attempt has 9 s; the rest is for a busy machine.
          assert.ok(Date.now() - since < 20_000);
        },
      );
    });

    it('ends waiting when it is cancelled', async () => {
      await withPeer(
        (socket) => socket.resume(),
        async (port) => {
          const abort = new AbortController();
          const connecting = connections.open(port).connect(abort.signal);
          abort.abort();
          assert.equal((await failureOf(connecting)).code, 'cancelled');
        },
      );
    });
  });

  describe('with a password', () => {
    let guarded: RedisServer;
    before(async () => {
      guarded = await startRedis({ args: ['--requirepass', 'right'] });
    });
    after(() => guarded.stop());

    it('comes about', async () => {
      const connection = await connections.connect(guarded.port, { password: 'right' });
      assert.equal(String(await connection.send(['PING'])), 'PONG');
    });

    for (const [what, more, sentence] of [
      ['a wrong one', { password: 's3cret' }, /refused user name or password/],
      ['a wrong one of a user', { username: 'u', password: 's3cret' }, /refused user name or password/],
      ['none', {}, /asks for a password/],
    ] as const) {
      it(`fails for ${what} and does not try again`, async () => {
        const connection = connections.open(guarded.port, more);
        const failure = await failureOf(connection.connect());
        assert.equal(failure.code, 'authentication');
        assert.match(failure.message, sentence);
        const { state } = connection;
        assert.ok(state.kind === 'failed' && state.cause.code === 'authentication');
        assert.equal(JSON.stringify(failure).includes('s3cret'), false);
        const kinds: string[] = [];
        connection.onDidChangeState(({ kind }) => kinds.push(kind));
        const since = Date.now();
        await until(5_000, 'Three delays', () => (Date.now() - since > 700 ? true : undefined));
        assert.deepEqual(kinds, []);
        const unsent = await failureOf(connection.send(['PING']));
        assert.deepEqual([unsent.code, unsent.message], ['unreachable', failure.message]);
      });
    }

    it('is lost when the password changes, and stops trying then', async () => {
      const admin = new Redis({ host: guarded.host, port: guarded.port, password: 'right' });
      try {
        await admin.call('ACL', 'SETUSER', 'app', 'on', '>before', '~*', '&*', '+@all');
        const connection = await connections.connect(guarded.port, { username: 'app', password: 'before' });
        await admin.call('ACL', 'SETUSER', 'app', 'resetpass', '>after');
        await admin.call('CLIENT', 'KILL', 'USER', 'app');
        const state = await stateOf(connection, 'failed');
        assert.ok(state.kind === 'failed' && state.cause.code === 'authentication');
      } finally {
        admin.disconnect();
      }
    });
  });

  describe('cut', () => {
    it('names the cause and comes back when the server does', async () => {
      const mortal = await startRedis();
      let next: RedisServer | undefined;
      try {
        const connection = await connections.connect(mortal.port);
        process.kill(mortal.pid, 'SIGKILL');
        const lost = await stateOf(connection, 'reconnecting');
        assert.ok(lost.kind === 'reconnecting');
        assert.match(lost.cause.message, new RegExp(`127\\.0\\.0\\.1:${mortal.port}/0`));
        assert.doesNotMatch(lost.cause.message, /retries|already/);
        const unsent = await failureOf(connection.send(['PING']));
        assert.equal(unsent.code, 'unreachable');
        next = await startRedis({ port: mortal.port });
        await stateOf(connection, 'ready');
        assert.equal(String(await connection.send(['PING'])), 'PONG');
      } finally {
        await mortal.stop();
        await next?.stop();
      }
    });

    it('is asked for again while it is coming back', async () => {
      const connection = await connections.connect(server.port);
      await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await stateOf(connection, 'reconnecting');
      await connection.connect();
      assert.equal(connection.state.kind, 'ready');
      assert.equal(String(await connection.send(['PING'])), 'PONG');
    });

    it('says nothing after it was disposed', async () => {
      const connection = await connections.connect(server.port);
      const states: string[] = [];
      connection.onDidChangeState(({ kind }) => states.push(kind));
      connection.dispose();
      await until(30_000, 'Closing', async () =>
        String(await redis.client('LIST')).includes('name=test') ? undefined : true,
      );
      assert.deepEqual(states, []);
      assert.equal((await failureOf(connection.send(['PING']))).code, 'unreachable');
    });
  });

  describe('sending', () => {
    it('carries any bytes there and back', async () => {
      const connection = await connections.connect(server.port);
      const random = new SeededRandom(1);
      for (let round = 0; round < 50; round++) {
        const [key, value] = [random.bytes(1 + random.below(50)), random.bytes(random.below(5_000))];
        await connection.send(['SET', key, value]);
        assert.deepEqual(await connection.send(['GET', key]), value);
      }
    });

    it('answers in the shapes of RESP2', async () => {
      const connection = await connections.connect(server.port);
      await redis.hset('hash', 'field', '1.5');
      assert.equal(await connection.send(['GET', 'none']), null);
      assert.equal(await connection.send(['LLEN', 'none']), 0);
      assert.deepEqual(await connection.send(['HGETALL', 'hash']), [
        Buffer.from('field'),
        Buffer.from('1.5'),
      ]);
      assert.deepEqual(await connection.send(['CONFIG', 'GET', 'none']), []);
    });

    it('keeps the order of many commands, with each failure in its place', async () => {
      const connection = await connections.connect(server.port);
      await redis.set('text', 'x');
      const replies = await connection.sendAll([
        ['RPUSH', 'list', 'a'],
        ['LLEN', 'text'],
        ['RPUSH', 'list', 'b'],
        ['NOSUCH', 'x'],
        ['LLEN', 'list'],
      ]);
      assert.deepEqual(
        replies.map((reply) => (isFailure(reply) ? reply.code : reply)),
        [1, 'wrongType', 2, 'server', 2],
      );
      assert.deepEqual(await connection.sendAll([]), []);
    });

    it('gives a frozen server up in time, and goes on when it is back', async () => {
      const connection = await connections.connect(server.port);
      process.kill(server.pid, 'SIGSTOP');
      try {
        const since = Date.now();
        const failure = await failureOf(connection.send(['RPUSH', 'list', 'once'], { timeoutMs: 300 }));
        assert.equal(failure.code, 'outcomeUnknown');
        assert.match(failure.message, /No reply to RPUSH within 0\.3 s/);
        assert.ok(Date.now() - since < 10_000);
        assert.equal((await failureOf(connection.sendAll([['PING']], { timeoutMs: 100 }))).code, 'timeout');
      } finally {
        process.kill(server.pid, 'SIGCONT');
      }
      assert.equal(String(await connection.send(['PING'])), 'PONG');
      assert.equal(await redis.llen('list'), 1);
    });

    it('ends waiting when it is cancelled', async () => {
      const connection = await connections.connect(server.port);
      process.kill(server.pid, 'SIGSTOP');
      try {
        const abort = new AbortController();
        const reply = connection.send(['PING'], { signal: abort.signal });
        abort.abort();
        assert.equal((await failureOf(reply)).code, 'cancelled');
      } finally {
        process.kill(server.pid, 'SIGCONT');
      }
    });

    it('says of a write that was cancelled too late that it may have happened', async () => {
      const connection = await connections.connect(server.port);
      process.kill(server.pid, 'SIGSTOP');
      try {
        const abort = new AbortController();
        const writes = [
          connection.send(['RPUSH', 'list', 'x'], { signal: abort.signal }),
          connection.sendAll(
            [
              ['LLEN', 'list'],
              ['PUBLISH', 'c', 'x'],
            ],
            { signal: abort.signal },
          ),
        ];
        abort.abort();
        const [pushed, published] = await Promise.all(writes.map(failureOf));
        assert.equal(pushed?.code, 'outcomeUnknown');
        assert.match(pushed?.message ?? '', /Cancelled after RPUSH was sent/);
        assert.match(published?.message ?? '', /Cancelled after PUBLISH was sent/);
      } finally {
        process.kill(server.pid, 'SIGCONT');
      }
      await until(30_000, 'The push', async () => ((await redis.llen('list')) === 1 ? true : undefined));
    });

    it('sends nothing when it was cancelled before', async () => {
      const connection = await connections.connect(server.port);
      const signal = AbortSignal.abort();
      assert.equal((await failureOf(connection.send(['RPUSH', 'list', 'x'], { signal }))).code, 'cancelled');
      assert.equal(
        (await failureOf(connection.sendAll([['RPUSH', 'list', 'x']], { signal }))).code,
        'cancelled',
      );
      assert.equal(await connection.send(['LLEN', 'list']), 0);
    });
  });
});
