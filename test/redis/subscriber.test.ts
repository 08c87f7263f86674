import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { Ring } from '../../src/core/ring';
import type { RingGap } from '../../src/core/ringGaps';
import type { RingSource } from '../../src/core/ringSource';
import { Subscriber, type SubscriberState } from '../../src/redis/subscriber';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';

const heartbeats = {
  fast: { heartbeat: { pingAfterMs: 250, deadAfterMs: 650 } },
  patient: { heartbeat: { pingAfterMs: 250, deadAfterMs: 2_500 } },
  usual: {},
};

describe('subscriber', () => {
  let server: RedisServer;
  let redis: Redis;
  let ring: Ring;
  let subscriber: Subscriber | undefined;

  afterEach(async () => {
    subscriber?.dispose();
    redis.disconnect();
    await server.stop();
  });

  async function start(args: string[] = []): Promise<void> {
    server = await startRedis({ args });
    redis = new Redis({ host: server.host, port: server.port });
  }

  /** Subscribes with a heartbeat that is twenty times as fast as in the product, one that is so patiently, or the product's own. */
  function subscribe(
    port: number,
    channel: string,
    heartbeat: keyof typeof heartbeats = 'fast',
  ): Set<RingSource> {
    ring = new Ring({ bytes: 16_777_216, messages: 10_000 });
    subscriber = new Subscriber({
      endpoint: { host: '127.0.0.1', port, db: 0 },
      clientName: 'test',
      ring,
      onChange: () => undefined,
      log: () => undefined,
      ...heartbeats[heartbeat],
    });
    const sources = new Set([ring.source('message', Buffer.from(channel))]);
    subscriber.hold(sources);
    return sources;
  }

  function state(sources: Set<RingSource>, kind: SubscriberState['kind']): Promise<SubscriberState> {
    return until(
      30_000,
      `State ${kind}`,
      () => {
        const now = subscriber?.state(sources);
        return now?.kind === kind ? now : undefined;
      },
      10,
    );
  }

  function gaps(): RingGap[] {
    return [...ring.gaps.seqs()].flatMap((seq) => ring.gaps.at(seq) ?? []);
  }

  it('says that a frozen server stopped responding, and goes on when it is back', async () => {
    await start();
    const sources = subscribe(server.port, 'a');
    await state(sources, 'live');
    const frozenAt = Date.now();
    process.kill(server.pid, 'SIGSTOP');
    try {
      const { cause } = await state(sources, 'reconnecting');
      assert.match(cause?.message ?? '', /stopped responding/);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await state(sources, 'live');
    const [gap] = gaps();
    assert.ok(gap !== undefined && gap.from <= frozenAt + 2_000 && (gap.to ?? 0) > frozenAt);
  });

  it('stays live on a quiet connection', async () => {
    await start();
    const sources = subscribe(server.port, 'a', 'patient');
    await state(sources, 'live');
    // One for each 250 ms of silence, so that these are more than 2.5 s.
    await until(30_000, 'Many answers', async () => {
      const pings = Number(/cmdstat_ping:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
      return pings > 12 ? true : undefined;
    });
    assert.equal(subscriber?.state(sources).kind, 'live');
    assert.deepEqual(gaps(), []);
  });

  it('marks a message that exceeds the output buffer limit of the server', async () => {
    await start(['--client-output-buffer-limit', 'pubsub 1mb 0 0']);
    const sources = subscribe(server.port, 'a', 'usual');
    await state(sources, 'live');
    await redis.publish('a', 'before');
    await redis.publish('a', Buffer.alloc(20_000_000));
    await until(30_000, 'The gap', () => (gaps()[0]?.to === undefined ? undefined : true));
    assert.match(gaps()[0]?.reason ?? '', /output buffer|too slow/);
    await redis.publish('a', 'after');
    await until(30_000, 'The message behind it', () => (ring.end === 3 ? true : undefined));
    assert.deepEqual([...sources][0]?.received, 2);
  });

  it('marks a message of 64 MB, which exceeds the limit that every server has', async () => {
    await start();
    const sources = subscribe(server.port, 'a', 'usual');
    await state(sources, 'live');
    await redis.publish('a', 'before');
    await redis.publish('a', Buffer.alloc(67_108_864));
    await until(30_000, 'The gap', () => (gaps()[0]?.to === undefined ? undefined : true));
    assert.match(gaps()[0]?.reason ?? '', /output buffer|too slow/);
    await redis.publish('a', 'after');
    await until(30_000, 'The message behind it', () => (ring.end === 3 ? true : undefined));
    assert.equal(gaps().length, 1);
  });

  it('loses no message to the subscription of another channel', async () => {
    await start();
    const sources = subscribe(server.port, 'a');
    await state(sources, 'live');
    const publishing = redis.pipeline();
    for (let count = 0; count < 5_000; count++) publishing.publish('a', `${count}`);
    const done = publishing.exec();
    const more = Array.from({ length: 1_200 }, (_, at) => ring.source('message', Buffer.from(`extra ${at}`)));
    subscriber?.hold(more);
    await done;
    await state(new Set(more), 'live');
    subscriber?.drop(more);
    await until(30_000, 'All messages', () => (ring.end === 5_000 ? true : undefined));
    const numbers = Array.from({ length: 5_000 }, (_, seq) => Number(ring.message(seq)?.payload));
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at),
    );
    await until(30_000, 'Unsubscribing', async () => {
      return ((await redis.pubsub('CHANNELS')) as string[]).length === 1 ? true : undefined;
    });
    assert.equal(subscriber?.state(sources).kind, 'live');
  });

  it('names the buffer limit also where the server resets the connection in the middle of a message', async () => {
    await start();
    let connected: Socket | undefined;
    const peer = createServer((socket) => {
      connected = socket;
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        if (bytes.includes('CLIENT') || bytes.includes('client')) socket.write('+OK\r\n');
        if (/subscribe/i.test(bytes.toString('latin1'))) {
          socket.write('*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n');
        }
      });
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    try {
      const address = peer.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const sources = subscribe(port, 'a', 'usual');
      await state(sources, 'live');
      connected?.write('*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1000\r\nthe beginning', () =>
        connected?.resetAndDestroy(),
      );
      await until(30_000, 'The gap', () => (gaps().length > 0 ? true : undefined));
      assert.match(gaps()[0]?.reason ?? '', /output buffer|too slow/);
    } finally {
      subscriber?.dispose();
      connected?.destroy();
      await new Promise((resolve) => peer.close(resolve));
    }
  });

  it('says in a sentence what is wrong with a peer that is no Redis', async () => {
    await start();
    const sockets = new Set<Socket>();
    const peer: Server = createServer((socket) => {
      sockets.add(socket);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    try {
      const address = peer.address();
      const sources = subscribe(typeof address === 'object' && address !== null ? address.port : 0, 'a');
      const { cause } = await state(sources, 'reconnecting');
      assert.equal(cause?.code, 'notRedis');
      assert.deepEqual(gaps(), []);
    } finally {
      subscriber?.dispose();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => peer.close(resolve));
    }
  });

  /** A server that answers each subscription as `answer` says; undefined: not at all. */
  async function peerThat(
    answer: (line: string, connection: number, socket: Socket) => string | undefined,
  ): Promise<{ readonly port: number; close(): Promise<unknown> }> {
    const sockets: Socket[] = [];
    const peer = createServer({ allowHalfOpen: true }, (socket) => {
      const connection = sockets.push(socket) - 1;
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        const text = bytes.toString('latin1');
        socket.write(/subscribe/i.test(text) ? (answer(text, connection, socket) ?? '') : '+OK\r\n');
      });
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    const address = peer.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      close: () => {
        subscriber?.dispose();
        for (const socket of sockets) socket.destroy();
        return new Promise((resolve) => peer.close(resolve));
      },
    };
  }

  const subscribed = (verb: string, name: string) =>
    `*3\r\n$${verb.length}\r\n${verb}\r\n$${name.length}\r\n${name}\r\n:1\r\n`;

  it('subscribes to everything anew when it is to try again before the refused connection is closed', async () => {
    await start();
    const names: string[] = [];
    // It does not close its side, so that the old connection is there until it is given up.
    const peer = await peerThat((text, connection) => {
      const name = /\r\n([ab])\r\n/.exec(text)?.[1] ?? '';
      names.push(`${connection} ${name}`);
      return name === 'b' && connection === 0
        ? '-NOAUTH Authentication required.\r\n'
        : subscribed('subscribe', name);
    });
    try {
      const a = subscribe(peer.port, 'a', 'usual');
      await state(a, 'live');
      const b = new Set([ring.source('message', Buffer.from('b'))]);
      subscriber?.hold(b);
      await state(b, 'failed');
      subscriber?.drop(b);
      subscriber?.retry({ host: '127.0.0.1', port: peer.port, db: 0 });
      assert.notEqual(subscriber?.state(a).kind, 'live');
      await state(a, 'live');
      assert.deepEqual(names, ['0 a', '0 b', '1 a']);
      assert.equal(gaps().length, 1);
    } finally {
      await peer.close();
    }
  });

  it('is not live while a channel that is wanted again is still being unsubscribed', async () => {
    await start();
    let unsubscribe: (() => void) | undefined;
    const peer = await peerThat((text, _connection, socket) => {
      if (!/unsubscribe/i.test(text)) return subscribed('subscribe', 'a');
      unsubscribe = () => socket.write(subscribed('unsubscribe', 'a').replace(':1', ':0'));
      return undefined;
    });
    try {
      const sources = subscribe(peer.port, 'a', 'usual');
      await state(sources, 'live');
      subscriber?.drop(sources);
      await until(30_000, 'UNSUBSCRIBE', () => unsubscribe);
      subscriber?.hold(sources);
      assert.equal(subscriber?.state(sources).kind, 'connecting');
      unsubscribe?.();
      await state(sources, 'live');
    } finally {
      await peer.close();
    }
  });
});
