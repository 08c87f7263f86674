import assert from 'node:assert/strict';
import { until } from '../launch/limits';
import { WorkerBed } from './workerBed';
import { userProgram } from './workerHost';

/** Ctrl+S: the terminal takes nothing more until Ctrl+Q. */
const hold = '\u0013';
const release = '\u0011';
const limitMs = 20_000;

describe('Workers on a terminal that is held', function () {
  this.timeout(60_000);
  let bed: WorkerBed;

  before(async () => {
    bed = await WorkerBed.make();
  });
  after(() => bed?.end());
  beforeEach(() => bed.send('FLUSHALL'));
  afterEach(() => bed.endWorkers());

  /** Waits until a reading is the same twice in a row, with so many other replies between them. */
  function still(what: string, read: () => Promise<unknown>): Promise<unknown> {
    let before: unknown;
    return until(limitMs, what, async () => {
      const last = before;
      before = await read();
      for (let i = 0; i < 500; i++) await bed.send('PING');
      return last === before ? [before] : undefined;
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
      await still('Standing still', () => bed.send('LLEN', 'q'));
      bed.host.stop(worker.id);
      if (released) worker.type(release);
      assert.equal((await worker.ended()).code, 0);
      const left = Number(await bed.send('LLEN', 'q'));
      assert.ok(left > 0, 'it took no more than it could show');
      if (released) await worker.shows(`${messages.length - left} processed`);
      // So that what is left of the terminal can end.
      worker.type(release);
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
    await still('Standing still', () => bed.send('LLEN', 'q'));
    const sent = Number(await bed.send('LLEN', 'q'));
    worker.type(release);
    await until(limitMs, 'Going on', async () =>
      Number(await bed.send('LLEN', 'q')) > sent ? true : undefined,
    );
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

  it('the launcher hears of what its host says, also when the program writes to stderr', async () => {
    const code = `setInterval(() => process.stderr.write('a line\\n'.repeat(1000)), 1);
      process.on('SIGINT', () => process.exit(7));`;
    const pty = await bed.host.launch('loud', userProgram(code));
    await pty.shows('a line');
    pty.type(hold);
    const shown = () => Promise.resolve(pty.output().length);
    await still('Standing still', shown);
    bed.host.stop('loud');
    const { end } = await bed.host.event('loud', 'ended');
    assert.equal(end.code, 7);
    assert.match(end.stderrTail, /a line\n/);
    pty.type(release);
    await pty.shows('press Enter to close');
  });
});
