import assert from 'node:assert/strict';
import { isHeld } from '../../src/core/workerGroups';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { parentOf } from '../launch/processTree';
import { startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { productApi, rejection, run } from './product';

const limitMs = 60_000;

describe('A terminal that VS Code does not read', () => {
  const teardown = new Teardown();
  let connection: string;

  before(async () => {
    const redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    const port = openConnection({ host: redis.host, port: redis.port, db: 0 }, 'test');
    await port.connect();
    await port.send(['LPUSH', 'q', ...Array.from({ length: 100_000 }, (_, n) => `message ${n}`)]);
    port.dispose();
    const added = await run<{ id: string }>('connection.add', { url: `${redis.url}/0`, name: 'held test' });
    connection = added.id;
  });
  after(async () => {
    await run('worker.stopAll', {});
    for (const { id } of (await productApi()).workers()) await run('worker.dismiss', { group: id });
    await run('connection.remove', { connection, confirmed: true });
    await teardown.finish();
  });

  it('is said to be what its worker waits for, and what helps is said where resuming it does not', async () => {
    const worker = { connection, template: 'queueWorker', target: 'q', options: { workMs: 0 } };
    const { workers } = await run<{ workers: { id: string; pid: number }[] }>('worker.start', worker);
    const [{ id, pid } = { id: '', pid: 0 }] = workers;
    const held = (expected: boolean) =>
      until(limitMs, `held ${expected}`, async () => {
        const [group] = (await productApi()).workers();
        const found = group?.workers[0];
        return found !== undefined && found.count !== undefined && isHeld(found) === expected
          ? true
          : undefined;
      });
    await held(false);
    // The launcher of a worker, and VS Code's host of terminals above it.
    const terminals = await parentOf(await parentOf(pid));
    process.kill(terminals, 'SIGSTOP');
    try {
      await held(true);
      const { code, message, hint } = await rejection('worker.resumeOutput', { id });
      assert.equal(code, 'timeout');
      assert.match(message, /still takes no output/);
      assert.match(hint, /Reload Window/);
    } finally {
      process.kill(terminals, 'SIGCONT');
    }
    await held(false);
    await run('worker.resumeOutput', { id });
  });
});
