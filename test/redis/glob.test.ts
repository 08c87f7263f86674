import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { globMatches } from '../../src/core/glob';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { SeededRandom } from '../unit/capture/seededRandom';

describe('glob', () => {
  let server: RedisServer;
  let redis: Redis;
  let subscriber: Redis;

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
    subscriber = new Redis({ host: server.host, port: server.port });
  });

  after(async () => {
    redis.disconnect();
    subscriber.disconnect();
    await server.stop();
  });

  it('matches what the server matches, for any names and patterns', async () => {
    const random = new SeededRandom(7);
    const letters = ['a', 'b', 'ab', '-', ']', '[', '^', '\\', '*', '?', '.'];
    const some = (most: number): string =>
      Array.from({ length: random.below(most) }, () => random.pick(letters)).join('');
    const names = [...new Set(['', 'news.sport', 'é', ...Array.from({ length: 150 }, () => some(6))])];
    await subscriber.subscribe(...names);
    const pieces = [
      '*',
      '**',
      '?',
      '[ab]',
      '[^a]',
      '[a-c]',
      '[c-a]',
      '[]',
      '[^]',
      '[a',
      '[\\]]',
      '\\*',
      '\\',
      '[a-',
      ...letters,
    ];
    const patterns = [
      '',
      '*',
      'news.*',
      ...Array.from({ length: 4_000 }, () => {
        return Array.from({ length: random.below(5) }, () => random.pick(pieces)).join('');
      }),
    ];
    const pipeline = redis.pipeline();
    for (const pattern of patterns) pipeline.pubsub('CHANNELS', pattern);
    const answers = await pipeline.exec();
    patterns.forEach((pattern, at) => {
      // PUBSUB CHANNELS with an empty pattern matches by the same rule as any other.
      const theirs = new Set((answers?.[at]?.[1] ?? []) as string[]);
      for (const name of names) {
        const ours = globMatches(Buffer.from(pattern), Buffer.from(name));
        assert.equal(
          ours,
          theirs.has(name),
          `pattern ${JSON.stringify(pattern)}, name ${JSON.stringify(name)}`,
        );
      }
    });
  });
});
