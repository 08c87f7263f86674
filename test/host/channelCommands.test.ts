import assert from 'node:assert/strict';
import { once } from 'node:events';
import Redis from 'ioredis';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { run, useSetting } from './product';

describe('channel.publish from code', () => {
  let redis: RedisServer;
  let subscriber: Redis;

  before('start Redis with a subscriber', async () => {
    redis = await startRedis();
    subscriber = new Redis(redis.url);
    await subscriber.subscribe('heard');
    await subscriber.psubscribe('h*');
  });
  useSetting('connections', () => [{ id: 'channels', name: 'channels', url: redis.url }]);
  after('end Redis', async () => {
    subscriber?.disconnect();
    await redis?.stop();
  });

  const publish = (args: object) => run<{ receivers: number; own: number }>('channel.publish', args);

  it('tells how many subscriptions received the message', async () => {
    const received = once(subscriber, 'messageBuffer');
    const message = { base64: '/wAK' };
    assert.deepEqual(await publish({ channel: 'heard', message }), { receivers: 2, own: 0 });
    assert.deepEqual(await received, [Buffer.from('heard'), Buffer.from([0xff, 0x00, 0x0a])]);
  });

  it('tells that nobody received it', async () => {
    assert.deepEqual(await publish({ channel: 'unheard', message: 'm' }), { receivers: 0, own: 0 });
  });

  it('publishes many messages in order', async () => {
    const messages = Array.from({ length: 50 }, (_, i) => `m${i}`);
    const received: string[] = [];
    const all = new Promise<void>((resolve) => {
      subscriber.on('message', (_, message: string) => {
        if (received.push(message) === messages.length) resolve();
      });
    });
    assert.equal((await publish({ channel: 'heard', messages })).receivers, 2);
    await all;
    assert.deepEqual(received, messages);
  });

  it('publishes on a shard channel, which ordinary subscribers do not hear', async () => {
    const { receivers } = await publish({ channel: 'heard', message: 'm', sharded: true });
    assert.equal(receivers, 0);
  });
});
