import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { publish } from '../../src/core/channel';
import { push } from '../../src/core/queue';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf, stateOf } from '../redis/connections';
import { FaultProxy } from './faultProxy';

describe('connection for commands, through a network with faults', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;
  let proxy: FaultProxy;

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
  });
  beforeEach(async () => {
    await redis.flushall();
    proxy = await FaultProxy.start(server.port);
  });
  afterEach(async () => {
    connections.dispose();
    await proxy.stop();
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('says that the outcome is unknown when the reply is lost, and never sends again', async () => {
    const connection = await connections.connect(proxy.port);
    const dropped = proxy.dropReply('RPUSH');
    const failure = await failureOf(connection.send(['RPUSH', 'list', 'x']));
    assert.equal(failure.code, 'outcomeUnknown');
    assert.match(failure.message, /RPUSH/);
    await dropped;
    await stateOf(connection, 'ready');
    assert.equal(await redis.llen('list'), 1);
  });

  it('says of a push and of a publish that they may have happened', async () => {
    const connection = await connections.connect(proxy.port);
    void proxy.dropReply('RPUSH');
    const pushed = await failureOf(push(connection, Buffer.from('list'), [Buffer.from('x')], 'tail'));
    assert.equal(pushed.code, 'outcomeUnknown');
    assert.match(pushed.message, /may or may not have happened/);
    assert.match(pushed.hint, /nothing is resent/);
    await stateOf(connection, 'ready');
    void proxy.dropReply('PUBLISH');
    const published = await failureOf(publish(connection, Buffer.from('news'), [Buffer.from('x')]));
    assert.equal(published.code, 'outcomeUnknown');
    assert.match(published.message, /may or may not have been published/);
    await stateOf(connection, 'ready');
    assert.equal(await redis.llen('list'), 1);
    assert.match(await redis.info('commandstats'), /cmdstat_publish:calls=1,/);
  });

  it('says how many messages of a long push went before', async () => {
    const connection = await connections.connect(proxy.port);
    const messages = Array.from({ length: 1_500 }, (_, at) =>
      Buffer.from(at === 1_499 ? 'the last' : `${at}`),
    );
    void proxy.dropReply('the last');
    const failure = await failureOf(push(connection, Buffer.from('list'), messages, 'tail'));
    assert.match(failure.message, /1000 of 1500 messages were pushed before/);
    assert.equal(await redis.llen('list'), 1_500);
  });

  it('comes back after a cut', async () => {
    const connection = await connections.connect(proxy.port);
    proxy.cut();
    await stateOf(connection, 'reconnecting');
    await stateOf(connection, 'ready');
    assert.equal(String(await connection.send(['PING'])), 'PONG');
  });

  it('waits for slow replies', async () => {
    const connection = await connections.connect(proxy.port);
    proxy.delay(200);
    const since = Date.now();
    assert.equal(String(await connection.send(['PING'])), 'PONG');
    assert.ok(Date.now() - since >= 190);
    assert.equal((await failureOf(connection.send(['PING'], { timeoutMs: 50 }))).code, 'timeout');
  });

  it('notices a half-open connection, and gives up an attempt into the void', async () => {
    const connection = await connections.connect(proxy.port);
    proxy.blackhole();
    const lost = await stateOf(connection, 'reconnecting');
    assert.ok(lost.kind === 'reconnecting');
    assert.match(lost.cause.message, /stopped responding/);
    await until(30_000, 'The next attempt', () => (proxy.connections === 2 ? true : undefined));
    const asked = Date.now();
    const failure = await failureOf(connection.connect());
    assert.equal(failure.code, 'timeout');
    // It has 9 s; the rest is for a busy machine.
    assert.ok(Date.now() - asked < 20_000);
    proxy.restore();
    await stateOf(connection, 'ready');
    assert.equal(String(await connection.send(['PING'])), 'PONG');
  });
});
