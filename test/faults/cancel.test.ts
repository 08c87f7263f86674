import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { publish } from '../../src/core/channel';
import type { Connection } from '../../src/core/connection';
import { peek, push } from '../../src/core/queue';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf } from '../redis/connections';
import { FaultProxy } from './faultProxy';

const queue = Buffer.from('orders');
const message = Buffer.from('x');

describe('cancelling, while the server keeps its answer to itself,', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;
  let proxy: FaultProxy;
  let port: Connection;

  beforeEach(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
    proxy = await FaultProxy.start(server.port);
    port = await connections.connect(proxy.port);
    proxy.stall();
  });
  afterEach(async () => {
    connections.dispose();
    await proxy.stop();
    redis.disconnect();
    await server.stop();
  });

  for (const [what, write] of [
    ['a push', (signal) => push(port, queue, [message], 'tail', { signal })],
    ['a publish', (signal) => publish(port, queue, [message], false, { signal })],
    ['an XADD', (signal) => port.send(['XADD', 'events', '*', 'field', 'value'], { signal })],
  ] satisfies [string, (signal: AbortSignal) => Promise<unknown>][]) {
    it(`${what} ends waiting at once, and says that it may have happened`, async () => {
      const abort = new AbortController();
      const written = failureOf(write(abort.signal));
      abort.abort();
      const failure = await written;
      assert.equal(failure.code, 'outcomeUnknown');
      assert.match(`${failure.message} ${failure.hint}`, /may or may not have/);
      proxy.restore();
      assert.equal(String(await port.send(['PING'])), 'PONG');
      assert.ok((await redis.llen('orders')) <= 1);
      assert.ok((await redis.xlen('events')) <= 1);
    });
  }

  it('a read ends waiting at once, and the connection goes on', async () => {
    const abort = new AbortController();
    const read = failureOf(peek(port, queue, 'head', { signal: abort.signal }));
    abort.abort();
    assert.equal((await read).code, 'cancelled');
    proxy.restore();
    assert.equal(String(await port.send(['PING'])), 'PONG');
  });
});
