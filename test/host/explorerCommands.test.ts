import assert from 'node:assert/strict';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import type { CatalogReport } from '../../src/host/api';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { productApi, run, useSetting } from './product';

describe('explorer commands from code', () => {
  let redis: RedisServer;
  let observer: Redis;

  before('start Redis with all kinds of names', async () => {
    redis = await startRedis();
    observer = new Redis(redis.url);
    await observer.rpush('orders', 'one', 'two');
    await observer.rpush(Buffer.from([0xff, 0x0a]), 'm');
    await observer.xadd('app:events', '*', 'k', 'v');
    await observer.set('a string', 'is neither');
  });
  useSetting('connections', () => [{ id: 'shown', name: 'shown', url: redis.url }]);
  useSetting('explorer.refreshSeconds', () => 1);
  after('hide the view and end Redis', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    observer?.disconnect();
    await redis?.stop();
  });

  beforeEach('show the view', async () => {
    await vscode.commands.executeCommand('workbench.view.extension.redisMessaging');
  });

  /** Refreshes until the catalog is as wanted: the view asks on its own, too, so that one refresh may be overtaken. */
  async function catalogWith(
    what: string,
    holds: (catalog: CatalogReport) => boolean,
  ): Promise<CatalogReport> {
    const api = await productApi();
    return until(60_000, what, async () => {
      await run('explorer.refresh', {});
      const catalog = api.catalog('shown');
      return holds(catalog) ? catalog : undefined;
    });
  }

  it('find queues and streams with their lengths, and nothing else', async () => {
    const catalog = await catalogWith('Finding all names', ({ queues }) => queues.length === 2);
    const byLength = [...catalog.queues].sort((a, b) => a.length - b.length);
    assert.deepEqual(byLength, [
      { name: { base64: '/wo=' }, length: 1, drained: false },
      { name: 'orders', length: 2, drained: false },
    ]);
    assert.deepEqual(catalog.streams, [{ name: 'app:events', length: 1 }]);
    assert.deepEqual(catalog.channels, []);
  });

  it('find what is new, and keep what was drained', async () => {
    // What was never seen cannot be seen to be drained.
    await catalogWith('Seeing the queue', ({ queues }) =>
      queues.some(({ name, drained }) => name === 'orders' && !drained),
    );
    await observer.del('orders');
    await observer.rpush('invoices', 'm');
    const catalog = await catalogWith('Finding the new queue', ({ queues }) =>
      queues.some(({ name }) => name === 'invoices'),
    );
    const drained = await catalogWith('Seeing the drained one', ({ queues }) =>
      queues.some(({ name, drained }) => name === 'orders' && drained),
    );
    assert.equal(catalog.queues.length, 3);
    assert.equal(drained.queues.find(({ name }) => name === 'orders')?.length, 0);
  });

  it('see channels while someone is subscribed', async () => {
    const subscriber = observer.duplicate();
    await subscriber.subscribe('news', 'weather');
    const { channels } = await catalogWith('Seeing the channels', ({ channels }) => channels.length === 2);
    const subscribers = new Map(channels.map((channel) => [channel.name, channel.subscribers]));
    assert.deepEqual([subscribers.get('news'), subscribers.get('weather')], [1, 1]);
    subscriber.disconnect();
    await catalogWith('Seeing them gone', ({ channels }) => channels.length === 0);
  });

  it('never run KEYS', async () => {
    await catalogWith('A look', () => true);
    const stats = await observer.info('commandstats');
    assert.doesNotMatch(stats, /cmdstat_keys:/);
    assert.match(stats, /cmdstat_scan:/);
  });

  it('ask nothing while the view is hidden', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    const asked = async () => {
      const stats = await observer.info('commandstats');
      return Number(/cmdstat_llen:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    // What was under way when the view went may still come; then there is quiet for longer than two turns would take.
    let last = { calls: await asked(), since: Date.now() };
    await until(60_000, 'Quiet', async () => {
      const calls = await asked();
      if (calls !== last.calls) last = { calls, since: Date.now() };
      return Date.now() - last.since > 2_500 ? true : undefined;
    });
    await vscode.commands.executeCommand('workbench.view.extension.redisMessaging');
    await until(60_000, 'Asking again', async () => ((await asked()) > last.calls ? true : undefined));
  });
});
