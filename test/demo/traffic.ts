/**
 * The demo's producers, workers, publishers and subscribers, in one process. Plays until it is asked to end, then
 * removes its keys. Everything it makes is bounded, so it may run for days.
 *
 *   REDIS_URL=… [DEMO_KEY_PREFIX=demo:] node out/test/demo/traffic.js
 */
import { setMaxListeners } from 'node:events';
import { Redis } from 'ioredis';
import type { Stage } from './actor';
import { binaryChannel, busyChannel, patternChannels, unheardChannel } from './channels';
import { type DemoNames, demoNames, trafficVariables } from './names';
import { drainedQueue, failingJobs, healthyQueue, laggingQueue } from './queues';
import { orderStream } from './streams';

const parts = [
  healthyQueue,
  laggingQueue,
  drainedQueue,
  failingJobs,
  orderStream,
  busyChannel,
  binaryChannel,
  patternChannels,
  unheardChannel,
];

async function main(): Promise<void> {
  const url = process.env[trafficVariables.url];
  if (url === undefined) throw new Error(`${trafficVariables.url} is not set`);
  const names = demoNames(process.env[trafficVariables.prefix] ?? '');
  const end = new AbortController();
  setMaxListeners(0, end.signal); // Every part waits on it, at every pause.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
  const stage: Stage = { url, ended: end.signal };
  await Promise.all(parts.flatMap((part) => part(stage, names)));
  await removeKeys(url, names);
}

/** Job hashes are left to their expiry of a quarter of an hour: there may be many, and they harm nobody. */
async function removeKeys(url: string, names: DemoNames): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    retryStrategy: null,
  });
  client.on('error', () => undefined); // A Redis that is gone already has no keys of ours.
  try {
    await client.connect();
    await client.del(
      ...[names.tasks, names.thumbnails, names.nightly, names.orders],
      ...[names.emails, names.emailsProcessing, names.emailsDead],
    );
  } catch {
    return;
  } finally {
    client.disconnect();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
