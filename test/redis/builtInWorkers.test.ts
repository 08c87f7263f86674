import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Connection } from '../../src/core/connection';
import type { Endpoint } from '../../src/protocol/endpoint';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { builtIn, WorkerHost } from './workerHost';

const password = 'correct-horse-battery';

describe('Built-in workers', () => {
  let redis: RedisServer;
  let endpoint: Endpoint;
  let port: Connection;
  let host: WorkerHost;

  before(async () => {
    redis = await startRedis({ args: ['--requirepass', password] });
    endpoint = { host: redis.host, port: redis.port, db: 0, password };
  });
  after(() => redis?.stop());
  beforeEach(async () => {
    host = new WorkerHost();
    port = openConnection(endpoint, 'test');
    await port.connect();
    await port.send(['FLUSHALL']);
  });
  afterEach(async () => {
    port.dispose();
    await host.end();
  });

  async function messagesOf(queue: string): Promise<string[]> {
    const reply = await port.send(['LRANGE', queue, 0, -1]);
    return (reply as Buffer[]).map(String);
  }

  it('the producer pushes numbered messages, says so, and ends with totals', async () => {
    const command = builtIn('queueProducer', 'q 1', endpoint, {
      rate: 50,
      count: 3,
      message: 'order {n} of {n}',
    });
    const pty = await host.launch('p', command);
    assert.equal((await host.event('p', 'ended')).end.code, 0);
    assert.deepEqual(await messagesOf('q 1'), ['order 3 of 3', 'order 2 of 2', 'order 1 of 1']);
    await pty.shows(/→\S* order 3 of 3 .*length 3/);
    await pty.shows(/3 pushed · .*\/s/);
    assert.ok(pty.output().includes('\u001b[32m→'), 'in colour');
  });

  it('the producer pushes at the other end where a queue is consumed from its head', async () => {
    await host.launch(
      'p',
      builtIn('queueProducer', 'q', endpoint, { rate: 50, count: 2, message: '{n}', consume: 'head' }),
    );
    await host.event('p', 'ended');
    assert.deepEqual(await messagesOf('q'), ['1', '2']);
  });

  it('the worker takes each message once, finishes the one it has on Ctrl+C, and ends with totals', async () => {
    await port.send(['LPUSH', 'q', 'one', 'two', Buffer.from([0xff, 0x1b, 0x5b])]);
    const pty = await host.launch('w', builtIn('queueWorker', 'q', endpoint, { workMs: 400 }));
    await pty.shows('two');
    // It has the third in work now.
    await until(30_000, 'Taking the third', async () =>
      (await messagesOf('q')).length === 0 ? true : undefined,
    );
    pty.type('\u0003');
    assert.equal((await host.event('w', 'ended')).end.code, 0);
    await pty.shows('\\xff\\x1b[');
    await pty.shows('3 processed');
    const counts = host.events.filter(({ kind }) => kind === 'progress');
    assert.equal((counts.at(-1) as { done: number }).done, 3);
  });

  it('a worker that must hurry names the message that it takes with it', async () => {
    await port.send(['LPUSH', 'q', 'precious']);
    const pty = await host.launch('w', builtIn('queueWorker', 'q', endpoint, { workMs: 60_000 }));
    await until(30_000, 'Taking it', async () => ((await messagesOf('q')).length === 0 ? true : undefined));
    pty.type('\u0003');
    await pty.shows('finishing precious');
    pty.type('\u0003');
    await pty.shows('taken and not finished: precious');
    await pty.shows('0 processed');
  });

  it('a worker whose connection breaks says that the outcome is unknown, and goes on', async () => {
    const pty = await host.launch('w', builtIn('queueWorker', 'q', endpoint, { workMs: 0 }));
    await host.event('w', 'ready');
    await port.send(['LPUSH', 'q', 'before']);
    await pty.shows('before');
    const clients = String(await port.send(['CLIENT', 'LIST', 'TYPE', 'normal']));
    const line = clients.split('\n').find((each) => each.includes('name=redis-messaging:group-1:1'));
    assert.ok(line, 'it has its name');
    await port.send(['CLIENT', 'KILL', 'ID', /id=(\d+)/.exec(line)?.[1] ?? '']);
    await pty.shows('outcome unknown');
    await pty.shows('connection lost');
    await pty.shows('connected after');
    await port.send(['LPUSH', 'q', 'after']);
    await pty.shows('✓\u001b[39m after');
    pty.type('\u0003');
    await pty.shows('2 processed');
    await pty.shows('1 pops with unknown outcome');
  });

  it('publisher and subscriber meet, and the publisher says when nobody listens', async () => {
    const quiet = await host.launch(
      'p0',
      builtIn('channelPublisher', 'c', endpoint, { rate: 50, count: 1, message: '{n}' }),
    );
    await quiet.shows('nobody was listening');
    await quiet.shows('1 heard by nobody');
    const subscriber = await host.launch('s', builtIn('channelSubscriber', 'c', endpoint));
    await host.event('s', 'ready');
    const publisher = await host.launch(
      'p',
      builtIn('channelPublisher', 'c', endpoint, { rate: 50, count: 3, message: 'm{n}' }),
    );
    assert.equal((await host.event('p', 'ended')).end.code, 0);
    await publisher.shows(/m3.*1 receiver/);
    await subscriber.shows(/m1[\s\S]*m2[\s\S]*m3/);
    await port.send(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await subscriber.shows('messages may have been missed');
    await port.send(['PUBLISH', 'c', 'm4']);
    await subscriber.shows('m4');
    subscriber.type('\u0003');
    assert.equal((await host.event('s', 'ended')).end.code, 0);
    await subscriber.shows('4 received');
  });

  it('a subscriber hears several channels and patterns, and says by which', async () => {
    const command = builtIn('channelSubscriber', 'a', endpoint);
    const config = command.builtIn;
    assert.ok(config);
    const targets = [
      ...config.targets,
      { kind: 'channel', name: 'b' } as const,
      { kind: 'pattern', name: 'news.*' } as const,
    ];
    const pty = await host.launch('s', { ...command, builtIn: { ...config, targets } });
    await host.event('s', 'ready');
    await port.send(['PUBLISH', 'a', 'one']);
    await port.send(['PUBLISH', 'b', 'two']);
    await port.send(['PUBLISH', 'news.sport', 'three']);
    await pty.shows(/a {2}one[\s\S]*b {2}two[\s\S]*news\.sport {2}three.*pattern news\.\*/);
  });

  it('a worker on what is no list ends with the reason', async () => {
    await port.send(['SET', 'text', 'x']);
    await host.launch('w', builtIn('queueWorker', 'text', endpoint));
    const { end } = await host.event('w', 'ended');
    assert.equal(end.code, 1);
    assert.match(end.stderrTail, /BRPOP was refused: the key holds another type/);
  });

  it('a wrong password ends a worker, and a server that is not there yet does not', async () => {
    await host.launch('w', builtIn('queueWorker', 'q', { ...endpoint, password: 'wrong' }));
    await host.launch('s', builtIn('channelSubscriber', 'q', { ...endpoint, password: 'wrong' }));
    for (const worker of ['w', 's']) {
      const { end } = await host.event(worker, 'ended');
      assert.equal(end.code, 1);
      assert.match(end.stderrTail, /refused user name or password/);
    }
    const late = await host.launch('l', builtIn('queueWorker', 'q', { host: '127.0.0.1', port: 1, db: 0 }));
    await late.shows('no connection: Nothing listens at 127.0.0.1:1/0. Trying again');
    late.type('\u0003');
    assert.equal((await host.event('l', 'ended')).end.code, 0);
  });

  it('keep the password out of what other programs can read', async () => {
    await host.launch('w', builtIn('queueWorker', 'q', endpoint));
    const launcher = (await host.event('w', 'accepted')).pid;
    const worker = (await host.event('w', 'started')).pid;
    await host.event('w', 'ready');
    for (const pid of [launcher, worker]) {
      for (const file of ['cmdline', 'environ']) {
        const text = await readFile(`/proc/${pid}/${file}`, 'latin1');
        assert.ok(text.length > 0);
        assert.ok(!text.includes(password), `${file} of ${pid === worker ? 'the worker' : 'the launcher'}`);
      }
    }
  });

  it('say what they do without colour where NO_COLOR is set', async () => {
    const command = builtIn('queueProducer', 'q', endpoint, { rate: 50, count: 1 });
    const pty = await host.launch('p', { ...command, env: { ...command.env, NO_COLOR: '1' } });
    await host.event('p', 'ended');
    await pty.shows('→ {"order":1}  length 1');
  });
});
