import assert from 'node:assert/strict';
import type { WorkerTemplate } from '../../src/core/workerTemplates';
import { until } from '../launch/limits';
import { interrupt, WorkerBed } from './workerBed';

const limitMs = 30_000;
const consumers = ['queueWorker', 'jobWorker', 'reliableWorker', 'streamConsumer'] as const;
const producers = ['queueProducer', 'streamProducer', 'jobProducer'] as const;

describe('Built-in workers on a server in trouble', () => {
  let bed: WorkerBed;

  beforeEach(async () => {
    bed = await WorkerBed.make();
  });
  afterEach(() => bed.end());

  /** Waits until a worker waits in Redis for a message. */
  async function blocked(): Promise<void> {
    await until(limitMs, 'Waiting for a message', async () =>
      / cmd=(brpop|blmove|xreadgroup) /.test(String(await bed.send('CLIENT', 'LIST'))) ? true : undefined,
    );
  }

  async function send(template: WorkerTemplate): Promise<void> {
    await bed.send('HSET', 'job:after', 'status', 'pending');
    if (template === 'streamConsumer') await bed.send('XADD', 'q', '*', 'message', 'after');
    else await bed.send('LPUSH', 'q', 'after');
  }

  for (const template of consumers) {
    it(`${template}: goes on after another server was the primary for a while`, async () => {
      const worker = await bed.start(template, 'q', { workMs: 0 });
      await blocked();
      await bed.send('REPLICAOF', '127.0.0.1', '1');
      await worker.shows(/was refused: (UNBLOCKED|this server is a read-only replica)/);
      await bed.send('REPLICAOF', 'NO', 'ONE');
      await send(template);
      await worker.shows(/✓.* (after|message=after)/);
      worker.type(interrupt);
      assert.equal((await worker.ended()).code, 0, worker.output());
    });
  }

  for (const template of [...consumers, ...producers]) {
    it(`${template}: waits while too few replicas are connected`, async () => {
      const worker = await bed.start(template, 'q');
      await bed.host.event(worker.id, 'ready');
      await bed.send('CONFIG', 'SET', 'min-replicas-to-write', '1');
      await worker.shows('too few replicas are connected');
      await bed.send('CONFIG', 'SET', 'min-replicas-to-write', '0');
      const had = worker.output().length;
      if (template.endsWith('Producer'))
        await until(limitMs, 'Going on', () => (/→/.test(worker.output().slice(had)) ? true : undefined));
      else {
        await send(template);
        await worker.shows(/✓.* (after|message=after)/);
      }
      worker.type(interrupt);
      assert.equal((await worker.ended()).code, 0, worker.output());
    });
  }

  it('a producer waits while the server is busy with a script', async () => {
    await bed.send('CONFIG', 'SET', 'busy-reply-threshold', '100');
    const worker = await bed.start('queueProducer', 'q', { rate: 20 });
    await worker.shows('→');
    // Long enough for several messages to be refused.
    const script = `local from = redis.call('TIME')[1] repeat until redis.call('TIME')[1] - from > 2`;
    await bed.send('EVAL', script, 0);
    await worker.shows('The server is busy with a script');
    const had = worker.output().length;
    await until(limitMs, 'Going on', () => (/→/.test(worker.output().slice(had)) ? true : undefined));
    worker.type(interrupt);
    assert.equal((await worker.ended()).code, 0, worker.output());
  });

  for (const [name, options] of [
    ['the queue as processing list', { processing: '{queue}' }],
    ['the queue as dead-letter list', { dead: '{queue}' }],
    ['one list for both', { dead: '{queue}:processing' }],
  ] as const) {
    it(`a reliable worker with ${name} moves nothing, and says why`, async () => {
      await bed.send('RPUSH', 'q', '1', '2');
      const { end, output } = await bed.run('reliableWorker', 'q', { ...options, drain: true });
      assert.equal(end.code, 1);
      assert.match(output, /must be three keys/);
      assert.deepEqual(await bed.list('q'), ['1', '2']);
    });
  }
});
