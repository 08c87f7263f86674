import assert from 'node:assert/strict';
import { type CrashStep, crashSteps } from '../../src/core/templateOptions';
import { until } from '../launch/limits';
import { interrupt, WorkerBed } from './workerBed';

const quick = { workMs: 20, leaseSeconds: 1 };
const drain = { ...quick, drain: true };
const further = Array.from({ length: 11 }, (_, index) => `q:processing:${index + 2}`);
const lists = ['q', 'q:processing', ...further, 'q:dead'];

/** Where the messages 1, 2 and 3 lie after a crash; one that is nowhere is done. `left` lay in a dead worker's list before. */
const afterCrash: Readonly<Record<CrashStep, Readonly<Record<string, readonly string[]>>>> = {
  leased: { q: ['3', '2', '1'] },
  taken: { q: ['3', '2'], 'q:processing': ['1'] },
  working: { q: ['3', '2'], 'q:processing': ['1'] },
  worked: { q: ['3', '2'], 'q:processing': ['1'] },
  confirmed: { q: ['3', '2'] },
  returned: { q: ['1', '3', '2'] },
  recovering: { q: ['3', '2', '1'], 'q:processing': ['left'] },
  recovered: { q: ['3', '2', '1', 'left'] },
};

describe('The reliable worker', () => {
  let bed: WorkerBed;

  before(async () => {
    bed = await WorkerBed.make();
  });
  after(() => bed?.end());
  beforeEach(() => bed.send('FLUSHALL'));
  afterEach(() => bed.endWorkers());

  async function makeJobs(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, index) => String(index + 1));
    for (const id of ids) {
      await bed.send('HSET', `job:${id}`, 'status', 'pending');
      await bed.send('LPUSH', 'q', id);
    }
    return ids;
  }

  async function places(): Promise<Record<string, string[]>> {
    const found = await Promise.all(lists.map(async (name) => [name, await bed.list(name)] as const));
    return Object.fromEntries(found.filter(([, messages]) => messages.length > 0));
  }

  const status = async (id: string): Promise<string | undefined> => (await bed.hash(`job:${id}`)).status;

  for (const step of crashSteps) {
    it(`killed at the step "${step}": each message is done or in exactly one list, and the next worker finishes all`, async () => {
      const ids = await makeJobs(3);
      if (step === 'recovering' || step === 'recovered') {
        await bed.send('HSET', 'job:left', 'status', 'processing');
        await bed.send('LPUSH', 'q:processing', 'left');
        ids.push('left');
      }
      const failureRate = step === 'returned' ? 1 : 0;
      const first = await bed.run('reliableWorker', 'q', {
        ...quick,
        jobs: true,
        crashAt: step,
        failureRate,
      });
      assert.equal(first.end.signal, 'SIGKILL', first.output);
      assert.match(first.output, new RegExp(`crashes on demand \\(${step}\\)`));
      const found = await places();
      assert.deepEqual(found, afterCrash[step]);
      for (const id of ids) {
        const copies = Object.values(found)
          .flat()
          .filter((each) => each === id).length;
        if (copies === 0) assert.equal(await status(id), 'sent', `${id} is nowhere`);
        else assert.equal(copies, 1, id);
      }
      const second = await bed.run('reliableWorker', 'q', { ...drain, jobs: true });
      assert.equal(second.end.code, 0);
      assert.deepEqual(await places(), {});
      for (const id of ids) assert.equal(await status(id), 'sent', id);
      assert.equal(await bed.send('EXISTS', 'q:attempts'), 0);
      await until(30_000, 'The last lease lapsing', async () =>
        (await bed.send('EXISTS', 'q:processing:lease', 'q:processing:2:lease')) === 0 ? true : undefined,
      );
    });
  }

  it('many workers killed at any time lose nothing', async () => {
    const ids = await makeJobs(60);
    for (let round = 0; round < 3; round++) {
      const workers = await Promise.all(
        [1, 2, 3].map(() =>
          bed.start('reliableWorker', 'q', { ...quick, workMs: 30, jobs: true, retries: 50 }),
        ),
      );
      await Promise.all(
        workers.map(async (worker, index) => {
          await worker.shows(new RegExp(`(✓[\\s\\S]*){${index + 1 + round}}`));
          process.kill(await worker.pid(), 'SIGKILL');
          assert.equal((await worker.ended()).signal, 'SIGKILL');
        }),
      );
      const left = Object.values(await places()).flat();
      assert.equal(new Set(left).size, left.length, `in one list each: ${left}`);
      for (const id of ids) if (!left.includes(id)) assert.equal(await status(id), 'sent', id);
    }
    const last = await bed.run('reliableWorker', 'q', { ...drain, jobs: true, retries: 50 });
    assert.equal(last.end.code, 0);
    assert.deepEqual(await places(), {});
    for (const id of ids) assert.equal(await status(id), 'sent', id);
  });

  it('leaves alone what a living worker works on, however long that takes', async () => {
    await bed.send('LPUSH', 'q', 'long');
    // A lease that a busy machine lets it renew in time.
    const lasting = { leaseSeconds: 3 };
    const slow = await bed.start('reliableWorker', 'q', { ...quick, ...lasting, workMs: 8_000 });
    await bed.length('q:processing', 1);
    const other = await bed.start('reliableWorker', 'q', { ...drain, ...lasting });
    await other.shows('processing list q:processing:2');
    await other.shows('waits for what is in 1 other processing lists');
    await slow.shows('✓\u001b[39m long');
    assert.equal((await other.ended()).code, 0);
    await other.shows('0 processed');
    slow.type(interrupt);
    await slow.shows('1 processed');
    assert.equal((await slow.ended()).code, 0);
    assert.equal(await bed.send('DBSIZE'), 0);
  });

  it('a living worker finds what a dead one left, and says where', async () => {
    await bed.send('LPUSH', 'email_queue', 'm');
    const dead = await bed.start('reliableWorker', 'email_queue', { ...quick, workMs: 600_000 });
    await bed.length('email_queue:processing', 1);
    const living = await bed.start('reliableWorker', 'email_queue', quick);
    await living.shows('processing list email_queue:processing:2');
    process.kill(await dead.pid(), 'SIGKILL');
    assert.deepEqual(await bed.list('email_queue:processing'), ['m']);
    await living.shows(
      /↺\S* m .*a dead worker left it in email_queue:processing, put back on the queue, return no\. 1/,
    );
    await living.shows('✓\u001b[39m m');
    living.type(interrupt);
    await living.shows('1 recovered');
    assert.equal((await living.ended()).code, 0);
    assert.equal(await bed.send('DBSIZE'), 0);
  });

  it('a worker that was stopped for too long says that another took its message over', async () => {
    await bed.send('LPUSH', 'q', 'm');
    const paused = await bed.start('reliableWorker', 'q', { ...quick, workMs: 1_500 });
    await bed.length('q:processing', 1);
    const pid = await paused.pid();
    process.kill(pid, 'SIGSTOP');
    try {
      const other = await bed.run('reliableWorker', 'q', drain);
      assert.match(other.output, /1 processed/);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await paused.shows('done, but another worker took it over meanwhile: m');
    await bed.send('LPUSH', 'q', 'next');
    await paused.shows('✓\u001b[39m next');
    paused.type(interrupt);
    await paused.shows('1 processed');
  });

  it('what fails comes back, and after the retries goes to the dead-letter list', async () => {
    await bed.send('LPUSH', 'q', 'poison');
    const { end, output } = await bed.run('reliableWorker', 'q', { ...drain, failureRate: 1, retries: 2 });
    assert.equal(end.code, 0);
    assert.match(
      output,
      /back on the queue, return no\. 1[\s\S]*return no\. 2[\s\S]*now in q:dead[\s\S]*3 failed/,
    );
    assert.deepEqual(await places(), { 'q:dead': ['poison'] });
    assert.equal(await bed.send('EXISTS', 'q:attempts'), 0);
  });

  it('a message that kills its workers goes to the dead-letter list, too', async () => {
    await bed.send('LPUSH', 'q', 'poison');
    const options = { ...quick, retries: 1 };
    for (let round = 0; round < 2; round++) {
      const { end } = await bed.run('reliableWorker', 'q', { ...options, crashAt: 'working' });
      assert.equal(end.signal, 'SIGKILL');
    }
    const { output } = await bed.run('reliableWorker', 'q', { ...options, drain: true });
    assert.match(output, /☠\S* poison .*now in q:dead/);
    assert.deepEqual(await places(), { 'q:dead': ['poison'] });
  });

  it('an id without a hash ends on the dead-letter list', async () => {
    await bed.send('LPUSH', 'q', 'nobody');
    const { output } = await bed.run('reliableWorker', 'q', {
      ...drain,
      jobs: true,
      retries: 0,
      prefix: 'mail:',
    });
    assert.match(output, /there is no hash mail:nobody · once too often: now in q:dead/);
    assert.equal(await bed.send('EXISTS', 'mail:nobody'), 0);
  });

  it('finishes what it has on Ctrl+C; on the second it leaves it where the next worker finds it', async () => {
    await bed.send('LPUSH', 'q', 'one', 'two');
    const first = await bed.start('reliableWorker', 'q', { ...quick, workMs: 1_500 });
    await bed.length('q', 1);
    first.type(interrupt);
    await first.shows('finishing one (Ctrl+C again leaves it in q:processing)');
    assert.equal((await first.ended()).code, 0);
    await first.shows('1 processed');
    const second = await bed.start('reliableWorker', 'q', { ...quick, workMs: 600_000 });
    await bed.length('q', 0);
    second.type(interrupt);
    await second.shows('finishing two');
    second.type(interrupt);
    await second.shows('not finished, it stays in q:processing: two');
    assert.equal((await second.ended()).code, 0);
    const third = await bed.run('reliableWorker', 'q', drain);
    assert.match(third.output, /1 processed .*1 recovered/);
    assert.equal(await bed.send('EXISTS', ...lists), 0);
  });

  it('goes on after its connection was cut, with nothing lost', async () => {
    const worker = await bed.start('reliableWorker', 'q', quick, 71);
    await worker.shows('processing list');
    await bed.send('LPUSH', 'q', 'before');
    await worker.shows('✓\u001b[39m before');
    await bed.cut(71);
    await worker.shows('connected after');
    await bed.send('LPUSH', 'q', 'after');
    await worker.shows('✓\u001b[39m after');
    worker.type(interrupt);
    assert.equal((await worker.ended()).code, 0);
    assert.deepEqual(await places(), {});
  });

  it('takes bytes and consumes from the head, where told', async () => {
    await bed.send('RPUSH', 'q', Buffer.from([0xff, 0x00, 0x0a]), 'b');
    const { output } = await bed.run('reliableWorker', 'q', { ...drain, consume: 'head' });
    assert.match(output, /✓\S* \\xff\\x00\\x0a[\s\S]*✓\S* b[\s\S]*2 processed/);
    assert.equal(await bed.send('DBSIZE'), 0);
  });

  it('takes nothing where it may not run the script that keeps its messages safe', async () => {
    await bed.send('LPUSH', 'q', 'm');
    await bed.send('ACL', 'SETUSER', 'default', '-eval');
    try {
      const { end } = await bed.run('reliableWorker', 'q', quick);
      assert.equal(end.code, 1);
      assert.match(end.stderrTail, /may not run EVAL/);
      assert.deepEqual(await places(), { q: ['m'] });
    } finally {
      await bed.send('ACL', 'SETUSER', 'default', '+eval');
    }
  });
});

describe('Built-in workers on Redis before 6.2', () => {
  let bed: WorkerBed;

  before(async () => {
    const missing = ['LMOVE', 'BLMOVE', 'XAUTOCLAIM'];
    bed = await WorkerBed.make(missing.flatMap((name) => ['--rename-command', name, '']));
  });
  after(() => bed?.end());

  it('take reliably by RPOPLPUSH and BRPOPLPUSH, and say so', async () => {
    await bed.send('LPUSH', 'q', 'one');
    const drained = await bed.run('reliableWorker', 'q', drain);
    assert.match(drained.output, /this server has no LMOVE \(Redis 6\.2\): uses RPOPLPUSH[\s\S]*1 processed/);
    const waiting = await bed.start('reliableWorker', 'q', quick);
    await waiting.shows('uses BRPOPLPUSH');
    await bed.send('LPUSH', 'q', 'two');
    await waiting.shows('✓\u001b[39m two');
    waiting.type(interrupt);
    assert.equal((await waiting.ended()).code, 0);
  });

  it('say what is missing for a queue that is consumed from its head', async () => {
    await bed.send('LPUSH', 'h', 'one');
    const { end } = await bed.run('reliableWorker', 'h', { ...quick, consume: 'head' });
    assert.equal(end.code, 1);
    assert.match(end.stderrTail, /no BLMOVE, which Redis has since 6\.2[\s\S]*only at its tail/);
    assert.deepEqual(await bed.list('h'), ['one']);
  });

  it('claim what a dead consumer left by XPENDING and XCLAIM', async () => {
    const options = { workMs: 0, claimIdleMs: 300, from: 'start' };
    await bed.send('XADD', 's', '*', 'message', 'm1');
    await bed.send('XGROUP', 'CREATE', 's', 'workers', '0');
    await bed.send('XREADGROUP', 'GROUP', 'workers', 'dead', 'STREAMS', 's', '>');
    const { output } = await bed.run('streamConsumer', 's', { ...options, drain: true });
    assert.match(
      output,
      /no XAUTOCLAIM \(Redis 6\.2\): uses XPENDING, XCLAIM[\s\S]*m1 .*claimed[\s\S]*1 claimed/,
    );
  });
});
