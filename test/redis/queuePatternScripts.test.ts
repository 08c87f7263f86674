import assert from 'node:assert/strict';
import { list } from '../../src/core/redisReply';
import { FaultProxy } from '../faults/faultProxy';
import { until } from '../launch/limits';
import { limitMs, useScripts } from './scriptBed';
import { runBuiltIn } from './scriptPartner';

const jobWorkers = [
  {
    script: 'job_worker.py',
    work: '    print(f"✓ {shown(job)}  {shown(payload)}", flush=True)',
    fail: '    raise ValueError("bad")',
    hang: '    print("working", flush=True); threading.Event().wait(60)',
    forget: '    redis.Redis.from_url(os.environ["REDIS_URL"]).delete(PREFIX + job)',
    keep: ['KEEP = True', 'KEEP = False'],
  },
  {
    script: 'jobWorker.mjs',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of a script
    work: '  console.log(`✓ ${shown(job)}  ${shown(payload)}`);',
    fail: '  throw new Error("bad");',
    hang: '  console.log("working"); await pause(60_000);',
    forget: '  await redis.del(Buffer.concat([prefix, job]));',
    keep: ['const keep = true;', 'const keep = false;'],
  },
] as const;
const priorityWorkers = ['priority_worker.py', 'priorityWorker.mjs'];
const schedulers = ['delayed_scheduler.py', 'delayedScheduler.mjs'];
const odd = Buffer.from([0x61, 0xff, 0xfe]);

describe('Script templates of jobs, priorities and delays', () => {
  const bed = useScripts();

  async function hash(key: string | Buffer): Promise<Record<string, string>> {
    const flat = list(await bed().port.send(['HGETALL', key])).map(String);
    return Object.fromEntries(flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? '']] : [])));
  }

  /** How many bytes it has sent to all clients. */
  async function sentByRedis(): Promise<number> {
    const stats = String(await bed().port.send(['INFO', 'stats']));
    return Number(/total_net_output_bytes:(\d+)/.exec(stats)?.[1]);
  }

  async function makeJob(id: string | Buffer, queue = 'mail'): Promise<void> {
    const key = Buffer.concat([Buffer.from('job:'), Buffer.from(id)]);
    await bed().port.send(['HSET', key, 'status', 'pending', 'payload', `for ${String(id)}`]);
    await bed().port.send(['LPUSH', queue, id]);
  }

  for (const { script, work, fail, hang, forget, keep } of jobWorkers) {
    it(`${script}: does the jobs of the built-in producer, in order, and keeps their hashes`, async () => {
      await runBuiltIn(bed(), 'jobProducer', 'mail', { rate: 100, count: 3, id: '{n}', message: 'to {n}' });
      const made = await hash('job:1');
      const worker = await bed().start(script, { REDIS_QUEUE: 'mail' });
      await worker.shows('✓ 3  to 3');
      assert.equal(await worker.interrupt(), 0);
      assert.deepEqual(
        worker.lines.filter((line) => line.startsWith('✓')),
        ['✓ 1  to 1', '✓ 2  to 2', '✓ 3  to 3'],
      );
      assert.equal(worker.lines.at(-1), '── 3 processed');
      const { status, started_at, finished_at, worker: name, ...rest } = await hash('job:1');
      assert.deepEqual([status, name], ['sent', 'redis-messaging:script:1']);
      for (const time of [started_at, finished_at])
        assert.match(time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual({ ...rest, status: 'pending' }, made);
    });

    it(`${script}: writes the fields that the built-in worker writes`, async () => {
      await makeJob('theirs');
      await runBuiltIn(bed(), 'jobWorker', 'mail', { workMs: 0, drain: true });
      await makeJob('ours');
      const worker = await bed().start(script, { REDIS_QUEUE: 'mail' });
      await worker.shows('✓ ours');
      assert.equal(await worker.interrupt(), 0);
      const [theirs, ours] = [await hash('job:theirs'), await hash('job:ours')];
      assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort());
      assert.equal(ours.status, theirs.status);
    });

    it(`${script}: names what fails, what has no hash and what is none, and goes on`, async () => {
      const worker = await bed().start(await bed().changed(script, work, fail), { REDIS_QUEUE: 'mail' });
      await bed().port.send(['SET', 'job:text', 'no hash']);
      await bed().port.send(['LPUSH', 'mail', 'nobody', 'text']);
      await makeJob('bad');
      await makeJob(odd);
      await worker.shows('bad: bad · failed');
      await until(limitMs, 'The status', async () =>
        (await hash(Buffer.concat([Buffer.from('job:'), odd]))).status === 'failed' ? true : undefined,
      );
      await worker.shows('✗ nobody: there is no hash job:nobody');
      await worker.shows('✗ text: WRONGTYPE');
      assert.equal(await worker.interrupt(), 0);
      assert.equal(worker.lines.at(-1), '── 0 processed');
      assert.equal((await hash('job:bad')).status, 'failed');
      assert.equal(Number(await bed().port.send(['EXISTS', 'job:nobody'])), 0);
    });

    it(`${script}: makes no hash of a job again that is gone when the work ends, and says so`, async () => {
      for (const [end, line] of [
        [forget, '? 1: done, but its hash job:1 is gone'],
        [`${forget}\n${fail}`, '✗ 1: bad · its hash job:1 is gone'],
      ] as const) {
        await makeJob('1');
        const worker = await bed().start(await bed().changed(script, work, end), { REDIS_QUEUE: 'mail' });
        await worker.shows('its hash job:1 is gone');
        assert.equal(await worker.interrupt(), 0);
        assert.ok(worker.lines.includes(line), worker.lines.join('\n'));
        assert.equal(Number(await bed().port.send(['DBSIZE'])), 0);
      }
    });

    it(`${script}: does without EVAL where its user may not run it`, async () => {
      await bed().port.send(['SET', 'job:text', 'no hash']);
      await bed().port.send(['LPUSH', 'mail', 'nobody', 'text']);
      await makeJob('1');
      await bed().port.send(['ACL', 'SETUSER', 'default', '-eval']);
      try {
        const worker = await bed().start(script, { REDIS_QUEUE: 'mail' });
        await worker.shows('✓ 1  for 1');
        assert.equal(await worker.interrupt(), 0);
        assert.ok(worker.lines.includes('✗ nobody: there is no hash job:nobody'));
        assert.ok(worker.lines.some((line) => line.startsWith('✗ text: WRONGTYPE')));
      } finally {
        await bed().port.send(['ACL', 'SETUSER', 'default', '+eval']);
      }
      const { status, worker, finished_at } = await hash('job:1');
      assert.deepEqual([status, worker], ['sent', 'redis-messaging:script:1']);
      assert.ok(finished_at);
      assert.equal(Number(await bed().port.send(['EXISTS', 'job:nobody'])), 0);
    });

    it(`${script}: deletes the hash of a job that is done where it is told to`, async () => {
      await makeJob('1');
      const worker = await bed().start(await bed().changed(script, ...keep), { REDIS_QUEUE: 'mail' });
      await worker.shows('✓ 1  for 1');
      assert.equal(await worker.interrupt(), 0);
      assert.equal(Number(await bed().port.send(['DBSIZE'])), 0);
    });

    it(`${script}: when it is killed in mid-work, the hash tells by whom the job was begun`, async () => {
      await makeJob('1');
      await makeJob('2');
      const dying = await bed().start(await bed().changed(script, work, hang), { REDIS_QUEUE: 'mail' });
      await dying.shows('working');
      dying.signal('SIGKILL');
      await dying.process.ended;
      const { status, worker, payload } = await hash('job:1');
      assert.deepEqual([status, worker, payload], ['processing', 'redis-messaging:script:1', 'for 1']);
      assert.deepEqual(await bed().texts('mail'), ['2']);
    });

    it(`${script}: where a job cannot be finished, Ctrl+C says how it ends, and takes no other`, async () => {
      await makeJob('1');
      await makeJob('2');
      await bed().port.send(['ACL', 'SETUSER', 'plain', 'on', 'nopass', '~*', '&*', '+@all', '-hset']);
      const url = `${bed().redis.url.replace('://', '://plain:@')}/0`;
      const worker = await bed().start(script, { REDIS_QUEUE: 'mail', REDIS_URL: url });
      await worker.shows('trying again, 1 is taken and not finished');
      worker.signal('SIGINT');
      await worker.shows('1 is taken and not finished (Ctrl+C again leaves it so)');
      assert.notEqual(await worker.interrupt(), 0);
      assert.deepEqual(await bed().texts('mail'), ['2']);
    });

    it(`${script}: a job that is begun is finished when the connection breaks, also after Ctrl+C`, async () => {
      await throughProxy(async (proxy, env) => {
        const worker = await bed().start(script, { ...env, REDIS_QUEUE: 'mail' });
        await worker.shows('connected');
        const dropped = proxy.dropReply('eval');
        await makeJob('1');
        await dropped;
        await worker.shows('trying again, 1 is taken and not finished');
        assert.equal(await worker.interrupt(), 0);
        assert.equal(worker.lines.at(-1), '── 1 processed');
        assert.equal((await hash('job:1')).status, 'sent');
      });
    });
  }

  for (const script of priorityWorkers) {
    it(`${script}: takes the first that has a message, the oldest first, of what the built-in producer puts`, async () => {
      for (const queue of ['q:low', 'q', 'q:high'])
        await runBuiltIn(bed(), 'queueProducer', queue, { rate: 100, count: 2, message: `${queue} {n}` });
      await bed().port.send(['LPUSH', 'q:low', odd]);
      const worker = await bed().start(script, { REDIS_QUEUE: 'q' });
      await worker.shows('✓ q:low · a');
      assert.equal(await worker.interrupt(), 0);
      assert.deepEqual(
        worker.lines.filter((line) => line.startsWith('✓')).slice(0, 6),
        ['q:high', 'q', 'q:low'].flatMap((queue) => [1, 2].map((n) => `✓ ${queue} · ${queue} ${n}`)),
      );
      assert.equal(worker.lines.at(-1), '── 7 processed');
    });

    it(`${script}: named queues by BLPOP, shared by two copies`, async () => {
      const names = ['--blpop', 'first one', '; rm -rf $(x)'];
      const copies = [await bed().start(script, {}, names), await bed().start(script, {}, names)];
      for (const copy of copies) await copy.shows('connected');
      const messages = Array.from({ length: 20 }, (_, n) => `m${n}`);
      for (const [n, message] of messages.entries())
        await bed().port.send(['RPUSH', names[1 + (n % 2)] ?? '', message]);
      for (const name of names.slice(1)) await bed().emptied(name);
      for (const copy of copies) assert.equal(await copy.interrupt(), 0);
      const done = copies.flatMap(({ lines }) => lines.filter((line) => line.startsWith('✓ ')));
      assert.deepEqual(done.map((line) => line.split(' · ')[1]).sort(), [...messages].sort());
    });
  }

  for (const [script, pop, queue] of [
    ['queue_worker.py', 'brpop', 'q'],
    ['queueWorker.mjs', 'brpop', 'q'],
    ['decorated_worker.py', 'brpop', 'q'],
    ['hotqueue_worker.py', 'blpop', 'hotqueue:q'],
    ['job_worker.py', 'brpop', 'q'],
    ['jobWorker.mjs', 'brpop', 'q'],
    ['priority_worker.py', 'brpop', 'q:high'],
    ['priorityWorker.mjs', 'brpop', 'q:high'],
  ] as const) {
    it(`${script}: tells of a pop whose reply was lost, pops no second time for it, and goes on`, async () => {
      await throughProxy(async (proxy, env) => {
        const format = script.startsWith('hotqueue') ? ['--json'] : [];
        const worker = await bed().start(script, { ...env, REDIS_QUEUE: 'q' }, format);
        await worker.shows('connected');
        await proxy.dropReply(pop);
        await worker.shows('may have been taken and lost with the connection');
        await until(limitMs, 'The second connection', () =>
          worker.lines.filter((line) => line === 'connected').length === 2 ? true : undefined,
        );
        await makeJob('"after"', queue);
        await worker.shows('after');
        assert.equal(await worker.interrupt(), 0);
        assert.equal(worker.lines.at(-1), '── 1 processed · 1 pops with unknown outcome');
      });
    });
  }

  for (const script of schedulers) {
    it(`${script}: moves what is due, the oldest first, and leaves the rest; the built-in producer delays`, async () => {
      await runBuiltIn(bed(), 'queueProducer', 'q', {
        rate: 100,
        count: 2,
        delaySeconds: 0.1,
        message: 'm{n}',
      });
      await bed().port.send(['ZADD', 'q:delayed', 1, odd, String(Date.now() / 1_000 + 3_600), 'later']);
      const scheduler = await bed().start(script, { REDIS_QUEUE: 'q' });
      await scheduler.shows('→ m2');
      assert.equal(await scheduler.interrupt(), 0);
      assert.equal(scheduler.lines.at(-1), '── 3 moved');
      assert.deepEqual(await bed().texts('q'), ['m2', 'm1', odd.toString('latin1')]);
      assert.deepEqual(list(await bed().port.send(['ZRANGE', 'q:delayed', 0, -1])).map(String), ['later']);
    });
  }

  for (const script of [...schedulers, 'built in']) {
    it(`${script}: moves huge messages as they are, and asks for no more of them than it shows`, async () => {
      const count = 5;
      const huge = Array.from({ length: count }, (_, n) => `${n}${'é'.repeat(1_000_000)}`);
      for (const message of huge) await bed().port.send(['ZADD', 'q:delayed', 1, message]);
      const sentBefore = await sentByRedis();
      if (script === 'built in') {
        const options = { drain: true, pollMs: 10 };
        assert.match(await runBuiltIn(bed(), 'delayedScheduler', 'q', options), /0é{50,}…/);
      } else {
        const scheduler = await bed().start(script, { REDIS_QUEUE: 'q' });
        await scheduler.shows('→ (a message of 2000001 bytes)');
        assert.equal(await scheduler.interrupt(), 0);
        assert.equal(scheduler.lines.at(-1), `── ${count} moved`);
      }
      assert.ok((await sentByRedis()) - sentBefore < 500_000);
      const moved = list(await bed().port.send(['LRANGE', 'q', 0, -1])).map(String);
      assert.deepEqual(moved.reverse(), huge);
    });
  }

  for (const script of schedulers) {
    it(`${script}: with the built-in one and a killed one, each message is moved exactly once`, async () => {
      const count = 30_000;
      const add = "for i = 1, tonumber(ARGV[1]) do redis.call('ZADD', KEYS[1], i % 7, 'm' .. i) end";
      const dying = await bed().start(script, { REDIS_QUEUE: 'q' });
      await dying.shows('connected');
      await bed().port.send(['EVAL', add, 1, 'q:delayed', count]);
      await dying.shows('→ m');
      const other = await bed().start(script, { REDIS_QUEUE: 'q' });
      const builtIn = runBuiltIn(bed(), 'delayedScheduler', 'q', { drain: true, pollMs: 10 });
      dying.signal('SIGKILL');
      await builtIn;
      await other.shows('connected');
      assert.equal(await other.interrupt(), 0);
      const moved = await bed().texts('q');
      assert.equal(Number(await bed().port.send(['ZCARD', 'q:delayed'])), 0);
      assert.deepEqual([moved.length, new Set(moved).size], [count, count]);
    });

    it(`${script}: moves after a failover what could not be moved meanwhile`, async () => {
      const scheduler = await bed().start(script, { REDIS_QUEUE: 'q' });
      await scheduler.shows('connected');
      // Due while the server is a replica.
      await bed().port.send(['ZADD', 'q:delayed', Date.now() / 1_000 + 1.5, 'due']);
      try {
        await bed().port.send(['REPLICAOF', '127.0.0.1', '1']);
        await scheduler.shows("You can't write against a read only replica");
      } finally {
        await bed().port.send(['REPLICAOF', 'NO', 'ONE']);
      }
      await scheduler.shows('→ due');
      assert.equal(await scheduler.interrupt(), 0);
      assert.deepEqual(await bed().texts('q'), ['due']);
    });

    it(`${script}: loses nothing when the queue refuses, nor doubles when the reply is lost`, async () => {
      await throughProxy(async (proxy, env) => {
        await bed().port.send(['SET', 'q', 'no list']);
        await bed().port.send(['ZADD', 'q:delayed', 1, 'precious']);
        const scheduler = await bed().start(script, { ...env, REDIS_QUEUE: 'q' });
        await scheduler.shows('WRONGTYPE');
        assert.equal(Number(await bed().port.send(['ZCARD', 'q:delayed'])), 1);
        const dropped = proxy.dropReply('eval');
        await bed().port.send(['DEL', 'q']);
        await dropped;
        await scheduler.shows('? what was due may have been moved');
        await bed().port.send(['ZADD', 'q:delayed', 1, 'after']);
        await scheduler.shows('→ after');
        assert.equal(await scheduler.interrupt(), 0);
        assert.deepEqual(await bed().texts('q'), ['after', 'precious']);
        assert.match(scheduler.lines.at(-1) ?? '', / · 1 rounds with unknown outcome$/);
      });
    });
  }

  for (const script of [...jobWorkers.map((each) => each.script), ...priorityWorkers, ...schedulers]) {
    it(`${script}: says that Redis is gone, goes on when it is back, and ends at Ctrl+C without it`, async () => {
      await throughProxy(async (proxy, env) => {
        const worker = await bed().start(script, { ...env, REDIS_QUEUE: 'q' });
        await worker.shows('connected');
        await proxy.closePort();
        await worker.shows(script.endsWith('.py') ? 'refused' : 'no connection');
        await proxy.openPort();
        await until(limitMs, 'The second connection', () =>
          worker.lines.filter((line) => line === 'connected').length === 2 ? true : undefined,
        );
        if (schedulers.includes(script)) await bed().port.send(['ZADD', 'q:delayed', 1, 'after']);
        else await makeJob('after', 'q');
        await worker.shows('after');
        await proxy.closePort();
        assert.equal(await worker.interrupt(), 0);
        assert.match(worker.lines.at(-1) ?? '', /^── 1 (processed|moved)/);
      });
    });
  }

  /** Runs something with a proxy before Redis, and the environment of a script that goes through it. */
  async function throughProxy(
    act: (proxy: FaultProxy, env: Record<string, string>) => Promise<void>,
  ): Promise<void> {
    const proxy = await FaultProxy.start(bed().redis.port);
    try {
      await act(proxy, { REDIS_URL: `redis://127.0.0.1:${proxy.port}/0` });
    } finally {
      await proxy.stop();
    }
  }
});
