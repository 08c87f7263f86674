import { connectAs, inTurn, pause, play, type Stage } from './actor';
import type { DemoNames } from './names';

/** No list of the demo grows beyond this, whatever happens to its workers. */
const longest = 2_000;

/** A queue that is worked off as fast as it is filled: bursts come in, two workers share them. */
export function healthyQueue(stage: Stage, names: DemoNames): Promise<void>[] {
  const producer = connectAs(stage, 'demo-task-producer');
  let id = 0;
  const burst = play(stage, names.tasks, async () => {
    const tasks = Array.from({ length: 20 }, () =>
      JSON.stringify({
        id: ++id,
        kind: inTurn(['report', 'import', 'cleanup'], id),
        created: new Date().toISOString(),
      }),
    );
    await producer.lpush(names.tasks, ...tasks);
    await producer.ltrim(names.tasks, 0, longest - 1);
    await pause(stage, 5_000);
  });
  const workers = [1, 2].map((number) => {
    const client = connectAs(stage, `demo-task-worker-${number}`);
    return play(stage, names.tasks, async () => {
      if (await client.brpop(names.tasks, 1)) await pause(stage, 400);
    });
  });
  return [burst, ...workers];
}

/** A queue whose worker lags. When it has grown long, the worker catches up, so that it never stops growing again. */
export function laggingQueue(stage: Stage, names: DemoNames): Promise<void>[] {
  const producer = connectAs(stage, 'demo-thumbnail-producer');
  const worker = connectAs(stage, 'demo-thumbnail-worker');
  let id = 0;
  const produce = play(stage, names.thumbnails, async () => {
    const image = { image: `img_${++id}.jpg`, width: 320, height: 240, tags: ['größe', '写真', '📷'] };
    await producer.lpush(names.thumbnails, JSON.stringify(image));
    await producer.ltrim(names.thumbnails, 0, longest - 1);
    await pause(stage, 200);
  });
  const work = play(stage, names.thumbnails, async () => {
    const next = await worker.brpop(names.thumbnails, 1);
    if (!next) return;
    if ((await worker.llen(names.thumbnails)) > longest / 2) await worker.rpop(names.thumbnails, longest / 2);
    await pause(stage, 1_000);
  });
  return [produce, work];
}

/** A queue that fills for a moment, is drained, and stays empty for a while: an empty list does not exist in Redis. */
export function drainedQueue(stage: Stage, names: DemoNames): Promise<void>[] {
  const client = connectAs(stage, 'demo-nightly');
  let night = 0;
  return [
    play(stage, names.nightly, async () => {
      night++;
      await client.lpush(names.nightly, ...[1, 2, 3, 4, 5].map((part) => JSON.stringify({ night, part })));
      for (let left = 5; left > 0; left--) {
        await pause(stage, 1_500);
        await client.rpop(names.nightly);
      }
      await pause(stage, 15_000);
    }),
  ];
}

const jobSeconds = 15 * 60;
const failures = [
  'SMTP 550: mailbox unavailable',
  'SMTP 421: service not available',
  'template "welcome" not found',
] as const;

/** A queue of job ids with a hash for each job. Every fourth job fails and ends in the dead-letter list. */
export function failingJobs(stage: Stage, names: DemoNames): Promise<void>[] {
  const producer = connectAs(stage, 'demo-email-producer');
  const worker = connectAs(stage, 'demo-email-worker');
  let id = 1_000;
  const produce = play(stage, names.emails, async () => {
    const key = names.jobPrefix + ++id;
    const job = { status: 'queued', to: `user${id}@example.com`, subject: 'Your order', attempts: '0' };
    await producer.multi().hset(key, job).expire(key, jobSeconds).lpush(names.emails, String(id)).exec();
    await producer.ltrim(names.emails, 0, longest - 1);
    await pause(stage, 900);
  });
  const work = play(stage, names.emails, async () => {
    const next = await worker.blmove(names.emails, names.emailsProcessing, 'RIGHT', 'LEFT', 1);
    if (next === null) return;
    const key = names.jobPrefix + next;
    await worker.hset(key, { status: 'processing', attempts: '1' });
    await pause(stage, 800);
    const failed = Number(next) % 4 === 0;
    const outcome = failed
      ? { status: 'failed', error: inTurn(failures, Number(next) / 4) }
      : { status: 'done' };
    const finish = worker
      .multi()
      .hset(key, outcome)
      .expire(key, jobSeconds)
      .lrem(names.emailsProcessing, 1, next);
    if (failed) finish.lpush(names.emailsDead, next).ltrim(names.emailsDead, 0, 499);
    await finish.exec();
  });
  return [produce, work];
}
