import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { publish } from '../../src/core/channel';
import type { Connection } from '../../src/core/connection';
import { serverInfo } from '../../src/core/serverInfo';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { SeededRandom } from '../unit/capture/seededRandom';
import { Connections, failureOf } from './connections';

const news = Buffer.from([0x6e, 0xff, 0x0a]);

describe('channel', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;
  let subscriber: Redis;
  let port: Connection;
  const received: Buffer[] = [];

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
    subscriber = new Redis({ host: server.host, port: server.port });
    subscriber.on('messageBuffer', (_: Buffer, message: Buffer) => received.push(message));
    port = await connections.connect(server.port);
  });
  afterEach(async () => {
    await subscriber.unsubscribe();
    await subscriber.sunsubscribe();
    received.length = 0;
  });
  after(async () => {
    connections.dispose();
    redis.disconnect();
    subscriber.disconnect();
    await server.stop();
  });

  it('delivers messages in order, byte for byte, and counts the receivers', async () => {
    await subscriber.subscribe(news);
    const random = new SeededRandom(6);
    const messages = Array.from({ length: 300 }, () => random.bytes(random.below(50)));
    assert.deepEqual(await publish(port, news, messages), { receivers: 1 });
    await until(30_000, 'The messages', () => (received.length === 300 ? true : undefined), 10);
    assert.deepEqual(received, messages);
  });

  it('says that nobody received it', async () => {
    assert.deepEqual(await publish(port, Buffer.from('silence'), [Buffer.from('x')]), { receivers: 0 });
  });

  it('takes a very large number of messages', async () => {
    const messages = Array.from({ length: 150_000 }, () => Buffer.from('x'));
    assert.deepEqual(await publish(port, Buffer.from('silence'), messages), { receivers: 0 });
  });

  it('publishes to a shard', async () => {
    await subscriber.ssubscribe('shard');
    assert.deepEqual(await publish(port, Buffer.from('shard'), [Buffer.from('x')], true), { receivers: 1 });
    assert.deepEqual(await publish(port, Buffer.from('shard'), [Buffer.from('x')]), { receivers: 0 });
  });

  it('refuses an empty name and no message, and sends nothing', async () => {
    await redis.config('RESETSTAT');
    assert.equal((await failureOf(publish(port, Buffer.alloc(0), [Buffer.from('x')]))).code, 'argument');
    assert.equal((await failureOf(publish(port, news, []))).code, 'argument');
    assert.doesNotMatch(await redis.info('commandstats'), /cmdstat_publish/);
  });

  it('names the channel right that is missing', async () => {
    await redis.call('ACL', 'SETUSER', 'mute', 'on', '>pw', '~*', 'resetchannels', '+@all');
    const muted = await connections.connect(server.port, { username: 'mute', password: 'pw' });
    const failure = await failureOf(publish(muted, news, [Buffer.from('x')]));
    assert.equal(failure.code, 'permission');
    assert.match(`${failure.message} ${failure.hint}`, /channel/);
  });

  it('knows its server', async () => {
    const info = await serverInfo(port, () => performance.now());
    assert.match(info.version, /^\d+\.\d+/);
    assert.deepEqual([info.mode, info.role], ['standalone', 'master']);
    assert.ok(info.latencyMs > 0 && info.latencyMs < 5_000);
  });

  it('knows of its server what the user may know', async () => {
    await redis.call('ACL', 'SETUSER', 'blind', 'on', '>pw', '~*', '&*', '+@all', '-info');
    const blind = await connections.connect(server.port, { username: 'blind', password: 'pw' });
    const info = await serverInfo(blind, () => performance.now());
    assert.deepEqual([info.version, info.mode, info.role], ['', '', '']);
  });
});
