import assert from 'node:assert/strict';
import { interrupt, WorkerBed } from './workerBed';

describe('The delayed scheduler', () => {
  let bed: WorkerBed;

  before(async () => {
    bed = await WorkerBed.make();
  });
  after(() => bed?.end());
  beforeEach(() => bed.send('FLUSHALL'));
  afterEach(() => bed.endWorkers());

  it('moves what is due, oldest first, and leaves the rest', async () => {
    const soon = Date.now() / 1_000 + 3_600;
    await bed.send('ZADD', 'q:delayed', 2, 'second', 1, 'first', soon, 'later');
    const worker = await bed.start('delayedScheduler', 'q');
    await bed.length('q', 2);
    await worker.shows(/first[\s\S]*second/);
    worker.type(interrupt);
    assert.equal((await worker.ended()).code, 0);
    await worker.shows('2 moved');
    assert.deepEqual(await bed.list('q'), ['second', 'first']);
    assert.deepEqual(await bed.send('ZRANGE', 'q:delayed', 0, -1), ['later']);
  });

  it('takes what the producer delays, in either unit', async () => {
    for (const unit of ['seconds', 'milliseconds']) {
      const given = { unit, delayed: 'due:{queue}' };
      const made = await bed.run('queueProducer', 'q', {
        rate: 100,
        count: 2,
        delaySeconds: 1,
        message: `${unit} {n}`,
        ...given,
      });
      assert.match(made.output, /ZADD due:q[\s\S]*due in 1\.0 s/);
      assert.equal(await bed.send('LLEN', 'q'), 0);
      const moved = await bed.run('delayedScheduler', 'q', { ...given, drain: true, pollMs: 50 });
      assert.match(moved.output, /nothing is left[\s\S]*2 moved/);
      assert.deepEqual(await bed.list('q'), [`${unit} 2`, `${unit} 1`]);
      await bed.send('DEL', 'q');
    }
  });

  it('two at once move each message exactly once', async () => {
    const count = 3_000;
    const add = "for i = 1, tonumber(ARGV[1]) do redis.call('ZADD', KEYS[1], i % 7, 'm' .. i) end";
    await bed.send('EVAL', add, 1, 'q:delayed', count);
    const both = await Promise.all(
      [1, 2].map(() => bed.run('delayedScheduler', 'q', { drain: true, pollMs: 10 })),
    );
    const moved = await bed.list('q');
    assert.equal(moved.length, count);
    assert.equal(new Set(moved).size, count);
    const totals = both.map(({ output }) => Number(/(\d+) moved/.exec(output)?.[1]));
    assert.equal((totals[0] ?? 0) + (totals[1] ?? 0), count);
  });

  it('loses nothing when the queue cannot take it', async () => {
    await bed.send('SET', 'q', 'text');
    await bed.send('ZADD', 'q:delayed', 1, 'm');
    const { end } = await bed.run('delayedScheduler', 'q');
    assert.equal(end.code, 1);
    assert.match(end.stderrTail, /another type/);
    assert.deepEqual(await bed.send('ZRANGE', 'q:delayed', 0, -1), ['m']);
  });
});
