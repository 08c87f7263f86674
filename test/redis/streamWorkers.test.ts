import assert from 'node:assert/strict';
import { serverSaid } from '../../src/workers/redisLink';
import { until } from '../launch/limits';
import { interrupt, WorkerBed } from './workerBed';

const drain = { workMs: 0, drain: true, claimIdleMs: 500 };

describe('Built-in workers on streams', () => {
  let bed: WorkerBed;

  before(async () => {
    bed = await WorkerBed.make();
  });
  after(() => bed?.end());
  beforeEach(() => bed.send('FLUSHALL'));
  afterEach(() => bed.endWorkers());

  /** Undefined while there is no group. */
  async function pending(): Promise<number | undefined> {
    const reply = await bed.send('XPENDING', 's', 'workers').catch((error: unknown) => {
      if (serverSaid(error, /NOGROUP/)) return undefined;
      throw error;
    });
    return (reply as [number] | undefined)?.[0];
  }

  const untilPending = (count: number): Promise<true> =>
    until(30_000, `${count} pending`, async () => ((await pending()) === count ? true : undefined));

  it('the producer adds entries, and the consumer acknowledges each', async () => {
    const made = await bed.run('streamProducer', 's', {
      rate: 100,
      count: 3,
      message: '{n}',
      field: 'order',
    });
    assert.match(made.output, /→\S* 3 .*\d+-\d+[\s\S]*3 added/);
    assert.equal(await bed.send('XLEN', 's'), 3);
    const { end, output } = await bed.run('streamConsumer', 's', drain);
    assert.equal(end.code, 0);
    assert.match(output, /order=1[\s\S]*order=2[\s\S]*order=3[\s\S]*3 processed/);
    assert.equal(await pending(), 0);
    const again = await bed.run('streamConsumer', 's', drain);
    assert.match(again.output, /0 processed/);
  });

  it('the producer keeps a stream short', async () => {
    await bed.run('streamProducer', 's', { rate: 10_000, count: 500, maxLength: 100 });
    const length = Number(await bed.send('XLEN', 's'));
    assert.ok(length >= 100 && length < 300, String(length));
  });

  it('two consumers of a group share the entries, and each waits on its own connection', async () => {
    const consumers = [
      await bed.start('streamConsumer', 's', { workMs: 1 }),
      await bed.start('streamConsumer', 's', { workMs: 1 }),
    ];
    for (const each of consumers) await each.shows('XREADGROUP s · group workers');
    await bed.run('streamProducer', 's', { rate: 200, count: 40 });
    await until(30_000, 'Sharing', () => {
      const lines = consumers.map((each) => each.output().match(/✓/g)?.length ?? 0);
      return (lines[0] ?? 0) + (lines[1] ?? 0) === 40 ? true : undefined;
    });
    for (const each of consumers) each.type(interrupt);
    const counts = await Promise.all(
      consumers.map(async (each) => {
        await each.ended();
        return Number(/(\d+) processed/.exec(each.output())?.[1]);
      }),
    );
    assert.equal((counts[0] ?? 0) + (counts[1] ?? 0), 40);
    assert.ok(
      counts.every((count) => count > 0),
      String(counts),
    );
  });

  it('claims what a killed consumer left, and not what a living one works on', async () => {
    // Longer than a busy machine may keep the living one from saying that it is at work.
    const claimIdleMs = 2_000;
    await bed.send('XADD', 's', '*', 'message', 'long');
    const living = await bed.start('streamConsumer', 's', { workMs: 10_000, claimIdleMs });
    await untilPending(1);
    await bed.send('XADD', 's', '*', 'message', 'left');
    const dead = await bed.start('streamConsumer', 's', { workMs: 600_000, claimIdleMs });
    await untilPending(2);
    process.kill(await dead.pid(), 'SIGKILL');
    const third = await bed.run('streamConsumer', 's', { ...drain, claimIdleMs });
    assert.equal(third.end.code, 0);
    assert.match(third.output, /message=left .*claimed, it had been left/);
    assert.ok(!third.output.includes('long'), third.output);
    assert.match(third.output, /1 processed .*1 claimed/);
    living.type(interrupt);
    await living.shows('1 processed');
    assert.equal(await pending(), 0);
  });

  it('finishes after a restart what it had before', async () => {
    await bed.send('XADD', 's', '*', 'message', 'mine');
    const first = await bed.start('streamConsumer', 's', { workMs: 600_000 }, 50);
    await untilPending(1);
    process.kill(await first.pid(), 'SIGKILL');
    await first.ended();
    const again = await bed.run('streamConsumer', 's', { ...drain, claimIdleMs: 600_000 }, 50);
    assert.match(again.output, /message=mine .*had it before[\s\S]*1 processed/);
  });

  it('finishes the entry at hand on Ctrl+C, and leaves what fails pending', async () => {
    await bed.send('XADD', 's', '*', 'message', 'one');
    await bed.send('XADD', 's', '*', 'message', 'two');
    const worker = await bed.start('streamConsumer', 's', { workMs: 1_500 });
    await untilPending(1);
    worker.type(interrupt);
    await worker.shows('Ctrl+C again leaves it pending');
    assert.equal((await worker.ended()).code, 0);
    await worker.shows('1 processed');
    assert.equal(await pending(), 0);
    const failing = await bed.start('streamConsumer', 's', {
      workMs: 0,
      failureRate: 1,
      claimIdleMs: 60_000,
    });
    await failing.shows(/message=two .*failed, stays pending/);
    failing.type(interrupt);
    assert.equal((await failing.ended()).code, 0);
    assert.equal(await pending(), 1);
    const last = await bed.run('streamConsumer', 's', drain);
    assert.match(last.output, /message=two .*claimed/);
  });

  it('buries what came back too often, as it was, and ends when nothing else is left', async () => {
    const odd = Buffer.from([0xff, 0x00, 0x0d, 0x0a]);
    await bed.send('XADD', 's', '*', 'message', 'bad', odd, odd);
    const options = { workMs: 0, failureRate: 1, claimIdleMs: 100, drain: true, retries: 2 };
    const { end, output } = await bed.run('streamConsumer', 's', options);
    assert.equal(end.code, 0);
    assert.equal(output.match(/message=bad .*failed, stays pending/g)?.length, 3, output);
    assert.match(output, /message=bad .*delivered 4 times, once too often · now in s:dead/);
    assert.equal(await pending(), 0);
    const [dead] = (await bed.send('XRANGE', 's:dead', '-', '+')) as [[Buffer, Buffer[]]];
    assert.deepEqual(dead[1].map(hex), ['message', 'bad', odd, odd].map(hex));
  });

  it('keeps an entry pending while the dead-letter stream refuses it', async () => {
    await bed.send('XADD', 's', '*', 'message', 'bad');
    await bed.send('SET', 's:dead', 'text');
    const options = { workMs: 0, failureRate: 1, claimIdleMs: 100, drain: true, retries: 0 };
    const { end, output } = await bed.run('streamConsumer', 's', options);
    assert.notEqual(end.code, 0);
    assert.match(output, /Nothing can go to s:dead: the key holds another type of value/);
    assert.match(output, /stays pending\. Rename or delete that key/);
    assert.equal(await pending(), 1);
    assert.equal(await bed.send('XLEN', 's'), 1);
  });

  it('refuses the stream itself for its dead letters', async () => {
    const { end, output } = await bed.run('streamConsumer', 's', { dead: '{queue}' });
    assert.notEqual(end.code, 0);
    assert.match(output, /must be two keys/);
  });

  it('goes on without dead letters where its user may not run EVAL', async () => {
    await bed.send('XADD', 's', '*', 'message', 'bad');
    await bed.send('ACL', 'SETUSER', 'default', '-eval');
    try {
      const worker = await bed.start('streamConsumer', 's', {
        workMs: 0,
        failureRate: 1,
        claimIdleMs: 100,
        retries: 0,
      });
      await worker.shows(
        'nothing goes to s:dead: what fails is tried again for ever. The user may not run EVAL.',
      );
      await worker.shows('claimed, it had been left');
      worker.type(interrupt);
      assert.equal((await worker.ended()).code, 0);
      assert.equal(await pending(), 1);
    } finally {
      await bed.send('ACL', 'SETUSER', 'default', '+eval');
    }
  });

  it('leaves no name behind in the group but one that entries wait under, or that was chosen', async () => {
    const consumers = async (): Promise<string[]> => {
      const reply = (await bed.send('XINFO', 'CONSUMERS', 's', 'workers')) as unknown[][];
      return reply.map((each) => String(each[1]));
    };
    await bed.send('XADD', 's', '*', 'message', 'one');
    await bed.run('streamConsumer', 's', drain);
    assert.deepEqual(await consumers(), []);
    await bed.run('streamConsumer', 's', { ...drain, consumer: 'chosen' });
    assert.deepEqual(await consumers(), ['chosen']);
    await bed.send('XADD', 's', '*', 'message', 'two');
    const failing = await bed.start('streamConsumer', 's', {
      workMs: 0,
      failureRate: 1,
      claimIdleMs: 60_000,
    });
    await failing.shows('failed, stays pending');
    failing.type(interrupt);
    await failing.ended();
    assert.equal((await consumers()).length, 2);
    assert.equal(await pending(), 1);
  });

  it('a new group begins where it is told, and one that is deleted is made again', async () => {
    await bed.send('XADD', 's', '*', 'message', 'old');
    const worker = await bed.start('streamConsumer', 's', { workMs: 0, from: 'new' });
    await worker.shows('XREADGROUP');
    await untilPending(0);
    await bed.send('DEL', 's');
    await worker.shows('the group workers is gone: makes it again, and reads what is added from now on');
    await untilPending(0);
    await bed.send('XADD', 's', '*', 'message', 'fresh');
    await worker.shows('message=fresh');
    assert.ok(!worker.output().includes('old'));
    worker.type(interrupt);
    assert.equal((await worker.ended()).code, 0);
  });

  it('says that it reads all again where its group was destroyed, and that what it did was no longer pending', async () => {
    await bed.send('XADD', 's', '*', 'message', 'one');
    const worker = await bed.start('streamConsumer', 's', { workMs: 1_000 });
    await untilPending(1);
    await bed.send('XGROUP', 'DESTROY', 's', 'workers');
    await worker.shows(/message=one .*was no longer pending: another may have done it, too/);
    await worker.shows('the group workers is gone: makes it again, and reads all that is in the stream');
    await untilPending(1);
    await untilPending(0);
    worker.type(interrupt);
    await worker.shows('2 processed');
  });

  it('names the key that its user may not use for dead letters', async () => {
    await bed.send('XADD', 's', '*', 'message', 'bad');
    await bed.send('ACL', 'SETUSER', 'default', 'resetkeys', '~s');
    try {
      const options = { workMs: 0, failureRate: 1, claimIdleMs: 100, retries: 0 };
      const worker = await bed.start('streamConsumer', 's', options);
      await worker.shows(
        'what fails is tried again for ever. EVAL was refused: the user may not use that key.',
      );
      worker.type(interrupt);
      assert.equal((await worker.ended()).code, 0);
    } finally {
      await bed.send('ACL', 'SETUSER', 'default', 'allkeys');
    }
  });

  it('says of an entry that has too many fields for the dead-letter stream why it comes back', async () => {
    const fields = Array.from({ length: 3_600 }, (_, index) => [`f${index}`, 'x']).flat();
    await bed.send('XADD', 's', '*', ...fields);
    const options = { workMs: 0, failureRate: 1, claimIdleMs: 100, retries: 0 };
    const worker = await bed.start('streamConsumer', 's', options);
    await worker.shows(/f0=x .*too many fields for s:dead · failed, stays pending/);
    worker.type(interrupt);
    assert.equal((await worker.ended()).code, 0);
    assert.equal(await pending(), 1);
  });

  it('says once that it cannot keep others from what it works on', async () => {
    await bed.send('ACL', 'SETUSER', 'default', '-xclaim');
    try {
      await bed.send('XADD', 's', '*', 'message', 'one');
      await bed.send('XADD', 's', '*', 'message', 'two');
      const options = { ...drain, workMs: 600, claimIdleMs: 600 };
      const { output } = await bed.run('streamConsumer', 's', options);
      assert.equal(
        output.match(/other consumers may claim and do what it works on\. The user may not run XCLAIM/g)
          ?.length,
        1,
      );
      assert.match(output, /2 processed/);
    } finally {
      await bed.send('ACL', 'SETUSER', 'default', '+xclaim');
    }
  });

  it('goes on after its connection was cut', async () => {
    const worker = await bed.start('streamConsumer', 's', { workMs: 0 }, 60);
    await worker.shows('XREADGROUP');
    await bed.send('XADD', 's', '*', 'message', 'before');
    await worker.shows('message=before');
    await bed.cut(60);
    await worker.shows('connected after');
    await bed.send('XADD', 's', '*', 'message', 'after');
    await worker.shows('message=after');
    worker.type(interrupt);
    await worker.shows('2 processed');
    assert.equal(await pending(), 0);
  });
});

function hex(part: string | Buffer): string {
  return (typeof part === 'string' ? Buffer.from(part, 'latin1') : part).toString('hex');
}
