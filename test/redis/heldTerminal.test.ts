import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../launch/limits';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { type BedWorker, WorkerBed } from './workerBed';
import { userProgram } from './workerHost';

/** Ctrl+S: the terminal takes nothing more until Ctrl+Q. */
const hold = '\u0013';
const release = '\u0011';
const limitMs = 30_000;

describe('Workers on a terminal that is held', () => {
  const teardown = new Teardown();
  let bed: WorkerBed;
  let folder: string;

  before(async () => {
    bed = await WorkerBed.make();
    folder = await tempFolder(teardown, 'held');
  });
  after(async () => {
    await bed?.end();
    await teardown.finish();
  });
  beforeEach(() => bed.send('FLUSHALL'));
  afterEach(() => bed.endWorkers());

  /** Waits until a worker tells that it waits for its terminal, or that it does so no more. */
  function toldHeld({ id }: BedWorker, held: boolean): Promise<true> {
    return until(limitMs, `held ${held}`, () => {
      const last = bed.host.events.findLast((event) => event.worker === id && event.kind === 'progress');
      return (last?.kind === 'progress' && last.held === held) || undefined;
    });
  }

  for (const released of [true, false]) {
    const when = released ? 'when it goes on' : 'also when it never goes on';
    it(`the queue worker takes nothing more, and stops gently ${when}`, async () => {
      const messages = Array.from({ length: 50_000 }, (_, n) => `message ${n}`);
      await bed.send('LPUSH', 'q', ...messages);
      const worker = await bed.start('queueWorker', 'q', { workMs: 0 });
      await worker.shows('message 3');
      worker.type(hold);
      await toldHeld(worker, true);
      bed.host.stop(worker.id);
      if (released) worker.type(release);
      assert.equal((await worker.ended()).code, 0);
      const left = Number(await bed.send('LLEN', 'q'));
      assert.ok(left > 0, 'it took no more than it could show');
      if (released) await worker.shows(`${messages.length - left} processed`);
      // So that what is left of the terminal can end.
      worker.type(release);
      if (!released) await worker.shows('The last lines are not shown: the terminal took no more.');
    });
  }

  it('the producer sends nothing more, and goes on when the terminal does', async () => {
    const worker = await bed.start('queueProducer', 'q', {
      rate: 1_000,
      count: 20_000,
      message: 'm'.repeat(500),
    });
    await worker.shows('mmm');
    worker.type(hold);
    await toldHeld(worker, true);
    const sent = Number(await bed.send('LLEN', 'q'));
    worker.type(release);
    await toldHeld(worker, false);
    assert.ok(Number(await bed.send('LLEN', 'q')) > sent);
  });

  it('the subscriber goes on receiving, and counts what it cannot show', async () => {
    const worker = await bed.start('channelSubscriber', 'news');
    await worker.shows('subscribed to news');
    worker.type(hold);
    const count = 10_000;
    for (let n = 0; n < count; n++) await bed.send('PUBLISH', 'news', `${n} ${'x'.repeat(1_000)}`);
    worker.type(release);
    await worker.shows(/(\d+) messages not shown: the terminal was too slow or held/);
    bed.host.stop(worker.id);
    assert.equal((await worker.ended()).code, 0);
    await worker.shows(`${count} received`);
    const shown = worker.output().match(/←/g)?.length ?? 0;
    const unseen = Number(/(\d+) messages not shown/.exec(worker.output())?.[1]);
    assert.equal(shown + unseen, count);
  });

  it('a worker whose terminal is closed takes nothing more, and ends as one that was stopped', async () => {
    const messages = Array.from({ length: 20_000 }, (_, n) => `message ${n}`);
    await bed.send('LPUSH', 'q', ...messages);
    const worker = await bed.start('queueWorker', 'q', { workMs: 0 });
    await worker.shows('message 3');
    worker.type(hold);
    await toldHeld(worker, true);
    const left = await bed.send('LLEN', 'q');
    worker.hangUp();
    const { code, signal, stderrTail } = await worker.ended();
    assert.deepEqual({ code, signal, stderrTail }, { code: 0, signal: null, stderrTail: '' });
    assert.equal(await bed.send('LLEN', 'q'), left);
  });

  it('of two reliable workers whose terminals are closed while they are held, nothing is lost, and the next does what they had taken', async () => {
    const make = `for id = 1, ARGV[1] do
      redis.call('HSET', 'job:' .. id, 'status', 'pending')
      redis.call('LPUSH', 'q', id)
    end`;
    await bed.send('EVAL', make, 0, 20_000);
    const undone = `local found = {}
      for id = 1, ARGV[1] do
        if redis.call('HGET', 'job:' .. id, 'status') ~= 'sent' then found[#found + 1] = tostring(id) end
      end
      return found`;
    const options = { workMs: 0, leaseSeconds: 1, jobs: true };
    const workers = [
      await bed.start('reliableWorker', 'q', options),
      await bed.start('reliableWorker', 'q', options),
    ];
    for (const worker of workers) {
      await worker.shows('✓');
      worker.type(hold);
      await toldHeld(worker, true);
    }
    const [first, second] = workers;
    first?.hangUp();
    process.kill((await second?.pid()) ?? 0, 'SIGKILL');
    for (const worker of workers) await worker.ended();
    const lists = ['q', 'q:processing', 'q:processing:2', 'q:dead'];
    const waiting = new Set(await bed.list('q'));
    const left = (await Promise.all(lists.map((list) => bed.list(list)))).flat();
    assert.equal(new Set(left).size, left.length, 'each is in one list');
    const lost = new Set((await bed.send('EVAL', undone, 0, 20_000)) as string[]);
    assert.ok(lost.size > 0, 'they took no more than they could show');
    for (const id of left) lost.delete(id);
    assert.deepEqual([...lost], []);
    const taken = left.filter((id) => !waiting.has(id));
    await bed.send('DEL', 'q');
    const { end } = await bed.run('reliableWorker', 'q', { ...options, drain: true });
    assert.equal(end.code, 0);
    for (const id of taken) assert.equal((await bed.hash(`job:${id}`)).status, 'sent');
    for (const list of lists) assert.deepEqual(await bed.list(list), [], list);
  });

  it('a worker with nothing left to do tells that it waits with its last lines', async () => {
    await bed.send('LPUSH', 'q', ...Array.from({ length: 20 }, (_, n) => `message ${n}`));
    const worker = await bed.start('queueWorker', 'q', { workMs: 50, drain: true });
    await worker.shows('message 3');
    worker.type(hold);
    await toldHeld(worker, true);
    assert.equal(await bed.send('LLEN', 'q'), 0);
    worker.type(release);
    assert.equal((await worker.ended()).code, 0);
    await worker.shows('20 processed');
  });

  it('the launcher hears of what its host says, also after many restarts', async () => {
    const loud = userProgram(`process.stderr.write('a line\\n'.repeat(5_000))`);
    const pty = await bed.host.launch('often', userProgram(`console.log('begun')`));
    await pty.shows('press Enter to close');
    pty.type(hold);
    for (let run = 0; run < 12; run++) {
      bed.host.runAgain('often', loud);
      assert.equal((await bed.host.event('often', 'ended')).end.code, 0);
    }
    pty.type(release);
  });

  it('the launcher hears of what its host says, also when the program writes to stderr', async () => {
    const flooded = join(folder, 'flooded');
    const code = `process.stdin.once('data', () => {
        setInterval(() => process.stderr.write('a line\\n'.repeat(1000)), 1);
        setTimeout(() => require('node:fs').writeFileSync(process.argv[1], ''), 200);
      });
      process.on('SIGINT', () => process.exit(7));
      console.log('your turn');`;
    const pty = await bed.host.launch('loud', userProgram(code, flooded));
    await pty.shows('your turn');
    // The terminal takes these in order, so nothing of the flood is shown.
    pty.type(`${hold}go\r`);
    await until(limitMs, 'The flood', () => existsSync(flooded) || undefined);
    bed.host.stop('loud');
    const { end } = await bed.host.event('loud', 'ended');
    assert.equal(end.code, 7);
    assert.match(end.stderrTail, /a line\n/);
    pty.type(release);
    await pty.shows('press Enter to close');
  });
});
