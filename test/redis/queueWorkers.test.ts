import assert from 'node:assert/strict';
import { until } from '../launch/limits';
import { interrupt, WorkerBed } from './workerBed';

const fast = { workMs: 0, drain: true };

describe('Built-in workers on queues', () => {
  let bed: WorkerBed;

  before(async () => {
    bed = await WorkerBed.make();
  });
  after(() => bed?.end());
  beforeEach(() => bed.send('FLUSHALL'));
  afterEach(() => bed.endWorkers());

  it('the producer fills in placeholders and leaves JSON what it is', async () => {
    const message = '{"n":{n},"id":{uuid},"at":"{time}","size":{random:1-3}}';
    const { end } = await bed.run('queueProducer', 'q', { rate: 100, count: 5, message });
    assert.equal(end.code, 0);
    const orders = (await bed.list('q')).map((text) => JSON.parse(text));
    assert.deepEqual(orders.map(({ n }) => n).sort(), [1, 2, 3, 4, 5]);
    assert.equal(new Set(orders.map(({ id }) => id)).size, 5);
    assert.ok(orders.every(({ size, at }) => size >= 1 && size <= 3 && Date.parse(at) > 0));
  });

  for (const take of ['blocking', 'polling']) {
    it(`the worker drains a queue and ends (${take})`, async () => {
      await bed.send('RPUSH', 'q', 'a', 'b', 'c');
      const { end, output } = await bed.run('queueWorker', 'q', { ...fast, take });
      assert.equal(end.code, 0);
      assert.match(output, /✓\S* c[\s\S]*✓\S* b[\s\S]*✓\S* a[\s\S]*nothing is left[\s\S]*3 processed/);
      assert.deepEqual(await bed.list('q'), []);
    });
  }

  it('a polling worker asks an empty queue by RPOP and LPOP, and never blocks', async () => {
    const tail = await bed.start('queueWorker', 'q', { take: 'polling', pollMs: 20, workMs: 0 });
    const head = await bed.start('queueWorker', 'h', {
      take: 'polling',
      pollMs: 20,
      workMs: 0,
      consume: 'head',
    });
    await tail.shows('RPOP q · waits');
    await head.shows('LPOP h · waits');
    await bed.send('RPUSH', 'q', 'one');
    await bed.send('RPUSH', 'h', 'two');
    await tail.shows('✓\u001b[39m one');
    await head.shows('✓\u001b[39m two');
    assert.match(String(await bed.send('INFO', 'clients')), /blocked_clients:0/);
    for (const worker of [tail, head]) {
      worker.type(interrupt);
      assert.equal((await worker.ended()).code, 0);
      await worker.shows('1 processed');
    }
  });

  it('what fails on a plain worker is lost, and is said to be', async () => {
    await bed.send('LPUSH', 'q', 'a', 'b');
    const { end, output } = await bed.run('queueWorker', 'q', { ...fast, failureRate: 1 });
    assert.equal(end.code, 0);
    assert.match(output, /✗\S* a .*failed, and lost[\s\S]*✗\S* b[\s\S]*0 processed .*2 failed/);
  });

  it('payloads cannot forge lines or colours', async () => {
    await bed.send('LPUSH', 'q', 'x\r\n✓ forged\u001b[2J\u202e$(touch x)');
    const { output } = await bed.run('queueWorker', 'q', fast);
    assert.ok(output.includes('x\\r\\n✓ forged\\e[2J\\u{202e}$(touch x)'), output);
    assert.ok(!output.includes('\u001b[2J'));
  });

  it('the priority worker takes from the first queue that has a message', async () => {
    await bed.send('LPUSH', 'low', 'l1', 'l2');
    await bed.send('LPUSH', 'high', 'h1', 'h2');
    const drained = await bed.run('priorityWorker', ['high', 'mid', 'low'], fast);
    assert.match(drained.output, /h1 .*high[\s\S]*h2 .*high[\s\S]*l1 .*low[\s\S]*l2 .*low[\s\S]*4 processed/);
    const waiting = await bed.start('priorityWorker', ['high', 'mid', 'low'], { workMs: 1_000 });
    await waiting.shows('BRPOP high mid low');
    await bed.send('LPUSH', 'low', 'low1');
    await bed.length('low', 0);
    await bed.send('LPUSH', 'mid', 'mid1');
    await bed.send('LPUSH', 'high', 'high1');
    await waiting.shows(/low1[\s\S]*high1[\s\S]*mid1/);
    waiting.type(interrupt);
    await waiting.shows('3 processed');
  });

  for (const [what, end] of [
    ['Ctrl+C', (worker: { type(text: string): void }) => worker.type(interrupt)],
    ['SIGTERM', (_: unknown, pid: number) => process.kill(pid, 'SIGTERM')],
    ['SIGHUP', (_: unknown, pid: number) => process.kill(pid, 'SIGHUP')],
  ] as const) {
    it(`${what} in mid-work lets the worker finish the message at hand`, async () => {
      await bed.send('LPUSH', 'q', 'one', 'two');
      const worker = await bed.start('queueWorker', 'q', { workMs: 1_000 });
      await bed.length('q', 1);
      end(worker, await worker.pid());
      await worker.shows('finishing one');
      assert.equal((await worker.ended()).code, 0);
      await worker.shows(/✓\S* one[\s\S]*1 processed/);
      assert.deepEqual(await bed.list('q'), ['two']);
    });
  }

  it('SIGTERM does not wait for long work: the message is named', async () => {
    await bed.send('LPUSH', 'q', 'slow');
    const worker = await bed.start('queueWorker', 'q', { workMs: 600_000 });
    await bed.length('q', 0);
    process.kill(await worker.pid(), 'SIGTERM');
    await worker.shows('taken and not finished: slow');
    assert.equal((await worker.ended()).code, 0);
  });

  it('jobs go from pending to sent, or to failed, and are kept or deleted', async () => {
    const made = await bed.run('jobProducer', 'email_queue', {
      rate: 100,
      count: 2,
      id: '{n}',
      message: 'to {n}',
    });
    assert.match(made.output, /to 1 .*job 1 · length 1[\s\S]*2 pushed/);
    assert.deepEqual(await bed.list('email_queue'), ['2', '1']);
    const pending = await bed.hash('job:1');
    assert.equal(pending.status, 'pending');
    assert.equal(pending.payload, 'to 1');
    const worker = await bed.start('jobWorker', 'email_queue', { workMs: 700 });
    await bed.length('email_queue', 1);
    await worker.shows('✓\u001b[39m 1  to 1');
    worker.type(interrupt);
    assert.equal((await worker.ended()).code, 0);
    const statuses = [await bed.hash('job:1'), await bed.hash('job:2')].map(({ status }) => status);
    assert.equal(statuses[0], 'sent');
    // The second is either done too, as it was at hand, or waits.
    assert.ok(statuses[1] === 'sent' || (await bed.list('email_queue')).length === 1, statuses[1]);

    await bed.send('FLUSHALL');
    await bed.send('HSET', 'mail:7', 'status', 'pending', 'to', 'a@b');
    await bed.send('LPUSH', 'email_queue', '7');
    await bed.run('jobWorker', 'email_queue', { ...fast, prefix: 'mail:', failureRate: 1, keep: false });
    assert.equal((await bed.hash('mail:7')).status, 'failed');
    await bed.send('LPUSH', 'email_queue', '7', 'nobody');
    const last = await bed.run('jobWorker', 'email_queue', { ...fast, prefix: 'mail:', keep: false });
    assert.match(last.output, /mail:7 deleted[\s\S]*no job nobody: there is no hash mail:nobody/);
    assert.equal(await bed.send('EXISTS', 'mail:7', 'mail:nobody'), 0);
  });

  it('a job is shown as processing while it is worked on, and stays so when its worker is killed', async () => {
    await bed.run('jobProducer', 'q', { rate: 100, count: 1, id: 'j' });
    const worker = await bed.start('jobWorker', 'q', { workMs: 600_000 });
    await bed.length('q', 0);
    await bed.host.event(worker.id, 'ready');
    const pid = await worker.pid();
    while ((await bed.hash('job:j')).status !== 'processing') assert.deepEqual(await bed.list('q'), []);
    process.kill(pid, 'SIGKILL');
    assert.equal((await worker.ended()).signal, 'SIGKILL');
    assert.equal((await bed.hash('job:j')).status, 'processing');
  });

  it('the hash of a job that is gone when the work ends is not made again', async () => {
    for (const [id, failureRate] of [
      ['j1', 0],
      ['j2', 1],
    ] as const) {
      await bed.run('jobProducer', 'q', { rate: 100, count: 1, id });
      const worker = await bed.start('jobWorker', 'q', { workMs: 1_500, failureRate });
      await until(30_000, 'The status', async () =>
        (await bed.hash(`job:${id}`)).status === 'processing' ? true : undefined,
      );
      await bed.send('DEL', `job:${id}`);
      await worker.shows(`the hash job:${id} is gone`);
      assert.equal(await bed.send('EXISTS', `job:${id}`), 0);
      worker.type(interrupt);
      await worker.ended();
    }
  });

  it('the job worker does without EVAL where its user may not run it', async () => {
    await bed.run('jobProducer', 'q', { rate: 100, count: 1, id: 'j' });
    await bed.send('LPUSH', 'q', 'nobody');
    await bed.send('ACL', 'SETUSER', 'default', '-eval');
    try {
      const { end, output } = await bed.run('jobWorker', 'q', { ...fast, keep: true });
      assert.equal(end.code, 0);
      assert.match(output, /no job nobody: there is no hash job:nobody/);
      assert.equal((await bed.hash('job:j')).status, 'sent');
      assert.equal(await bed.send('EXISTS', 'job:nobody'), 0);
    } finally {
      await bed.send('ACL', 'SETUSER', 'default', '+eval');
    }
  });
});
