import assert from 'node:assert/strict';
import { list } from '../../src/core/redisReply';
import { openConnection } from '../../src/redis/openConnection';
import { FaultProxy } from '../faults/faultProxy';
import { freePort } from '../launch/freePort';
import { until } from '../launch/limits';
import { startRedis } from '../launch/redisServer';
import { limitMs, useScripts } from './scriptBed';
import { runBuiltIn } from './scriptPartner';

const producers = ['stream_producer.py', 'streamProducer.mjs'];
const consumers = [
  {
    script: 'stream_consumer.py',
    work: '    print(f"✓ {entry.decode()}  {\'  \'.join(pairs)}", flush=True)',
    fail: '    raise ValueError("bad")',
    hang: '    print("working", flush=True); threading.Event().wait(60)',
    soon: ['IDLE_MS = 10_000', 'IDLE_MS = 500'],
  },
  {
    script: 'streamConsumer.mjs',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of a script
    work: "  console.log(`✓ ${id}  ${fields.map((pair) => pair.map(shown).join('=')).join('  ')}`);",
    fail: '  throw new Error("bad");',
    hang: '  console.log("working"); await pause(60_000);',
    soon: ['const idleMs = 10_000;', 'const idleMs = 500;'],
  },
] as const;

describe('Script templates of streams', () => {
  const bed = useScripts();

  /** How many entries are delivered and not acknowledged. */
  async function pending(): Promise<number> {
    return Number(list(await bed().port.send(['XPENDING', 's', 'workers']))[0]);
  }

  const untilPending = (count: number): Promise<true> =>
    until(limitMs, `${count} pending`, async () => ((await pending()) === count ? true : undefined));

  /** The fields of all entries, bytes that are no ASCII as one character each. */
  async function entries(stream: string): Promise<string[][]> {
    return list(await bed().port.send(['XRANGE', stream, '-', '+'])).map((entry) =>
      list(list(entry)[1] ?? null).map((part) => (part as Buffer).toString('latin1')),
    );
  }

  const add = (...fields: (string | Buffer)[]) => bed().port.send(['XADD', 's', '*', ...fields]);

  for (const script of producers) {
    it(`${script}: adds what the built-in consumer reads, as it was given`, async () => {
      const messages = ['{"n":1}', 'ünï→📨', `; rm -rf $(x) "q" '`];
      const run = await bed().start(script, { REDIS_STREAM: 's' }, messages);
      assert.equal(await run.process.ended, 0);
      assert.equal(run.lines.at(-1), '── 3 added to s');
      assert.deepEqual(
        await entries('s'),
        messages.map((message) => ['message', Buffer.from(message).toString('latin1')]),
      );
      const read = await runBuiltIn(bed(), 'streamConsumer', 's', { workMs: 0, drain: true });
      assert.match(read, /message=\{"n":1\}[\s\S]*3 processed/);
    });

    it(`${script}: what was refused is added later, what may have been is named and added no second time`, async () => {
      await throughProxy(async (proxy, env) => {
        await bed().port.send(['SET', 's', 'no stream']);
        const run = await bed().start(script, { ...env, REDIS_STREAM: 's' }, ['a', 'b', 'c']);
        await run.shows('WRONGTYPE');
        const dropped = proxy.dropReply('xadd');
        await bed().port.send(['DEL', 's']);
        await dropped;
        await run.shows('it may have been added');
        assert.equal(await run.process.ended, 1);
        assert.match(run.lines.at(-1) ?? '', /^── 2 added to s · 1 with unknown outcome$/);
        const added = (await entries('s')).map(([, message]) => message);
        assert.equal(new Set(added).size, added.length);
        assert.deepEqual(
          added.filter((message) => message !== 'a'),
          ['b', 'c'],
        );
      });
    });

    it(`${script}: writes out what a terminal would obey, and adds it as it is`, async () => {
      const message = '\u001b]0;title\u0007\n end';
      const run = await bed().start(script, { REDIS_STREAM: 's' }, [message, 'last']);
      assert.equal(await run.process.ended, 0);
      const line = run.lines.find((each) => each.startsWith('→')) ?? '';
      assert.match(line, /^→ [ -~]*1b\}?\]0;title[ -~]* end · \d+-\d+$/);
      assert.deepEqual(await entries('s'), [
        ['message', message],
        ['message', 'last'],
      ]);
    });

    it(`${script}: adds one after the other until Ctrl+C, each also when the server is another one between two`, async () => {
      await acrossRestart(async (env, restart) => {
        const run = await bed().start(script, { ...env, REDIS_STREAM: 's' });
        await run.shows('→ ');
        await restart(() => run.shows(script.endsWith('.py') ? 'refused' : 'no connection'));
        const before = run.lines.filter((line) => line.startsWith('→')).length;
        await until(limitMs, 'Another entry', () =>
          run.lines.filter((line) => line.startsWith('→')).length > before ? true : undefined,
        );
        assert.equal(await run.interrupt(), 0);
        const numbers = run.lines.flatMap((line) => /^→ .*?(\d+),/.exec(line)?.[1] ?? []);
        assert.deepEqual(
          numbers,
          numbers.map((_, index) => String(index + 1)),
        );
        assert.ok(!run.lines.some((line) => line.startsWith('?')), run.lines.join('\n'));
      });
    });

    it(`${script}: waits for Redis, and names at Ctrl+C what it could not add`, async () => {
      const env = { REDIS_URL: `redis://127.0.0.1:${await freePort()}/0`, REDIS_STREAM: 's' };
      const run = await bed().start(script, env, ['a']);
      await run.shows(script.endsWith('.py') ? 'refused' : 'no connection');
      assert.equal(await run.interrupt(), 1);
      assert.deepEqual(run.lines.slice(-2), ['✗ a · not added', '── 0 added to s']);
    });
  }

  for (const { script, work, fail, hang, soon } of consumers) {
    const env = { REDIS_STREAM: 's', REDIS_CLIENT_NAME: 'redis-messaging:script:1' };
    const second = { ...env, REDIS_CLIENT_NAME: 'redis-messaging:script:2' };

    it(`${script}: shares a group with the built-in one, and acknowledges each entry`, async () => {
      await runBuiltIn(bed(), 'streamProducer', 's', { rate: 100, count: 2, message: 'm{n}' });
      await runBuiltIn(bed(), 'streamConsumer', 's', { workMs: 0, drain: true });
      const copies = [await bed().start(script, env), await bed().start(script, second)];
      for (const copy of copies) await copy.shows('connected');
      for (let n = 3; n <= 20; n++) await add('message', `m${n}`);
      await add('bytes', Buffer.from([0x61, 0xff]), 'end', '\u001b[31m');
      const done = (): string[] =>
        copies.flatMap(({ lines }) => lines.filter((line) => line.startsWith('✓ ')));
      await until(limitMs, 'All 19', () => (done().length === 19 ? true : undefined));
      for (const copy of copies) assert.equal(await copy.interrupt(), 0);
      assert.equal(new Set(done()).size, 19);
      assert.ok(!done().some((line) => line.endsWith('m1') || line.includes('\u001b')));
      assert.equal(await pending(), 0);
      assert.deepEqual(list(await bed().port.send(['XINFO', 'CONSUMERS', 's', 'workers'])), []);
    });

    it(`${script}: claims what a killed one left, and not what a living one works on`, async () => {
      const slow = await bed().changed(script, work, hang, ...soon);
      const living = await bed().start(slow, env);
      await add('message', 'long');
      await living.shows('working');
      const dying = await bed().start(slow, second);
      await add('message', 'left');
      await dying.shows('working');
      dying.signal('SIGKILL');
      await dying.process.ended;
      assert.equal(await pending(), 2);
      const third = { ...env, REDIS_CLIENT_NAME: 'redis-messaging:script:3' };
      const next = await bed().start(await bed().changed(script, ...soon), third);
      await next.shows('claimed, it had been left');
      await next.shows('message=left');
      await untilPending(1);
      assert.equal(await next.interrupt(), 0);
      assert.ok(!next.lines.some((line) => line.includes('long')), next.lines.join('\n'));
      living.signal('SIGKILL');
      await living.process.ended;
      const last = await runBuiltIn(bed(), 'streamConsumer', 's', {
        workMs: 0,
        drain: true,
        claimIdleMs: 500,
      });
      assert.match(last, /message=long .*claimed/);
    });

    it(`${script}: finishes under the same name what it had before it was killed`, async () => {
      await add('message', 'mine');
      const dying = await bed().start(await bed().changed(script, work, hang), env);
      await dying.shows('working');
      dying.signal('SIGKILL');
      await dying.process.ended;
      const again = await bed().start(script, env);
      await again.shows('had it before');
      await again.shows('message=mine');
      assert.equal(await again.interrupt(), 0);
      assert.equal(await pending(), 0);
    });

    it(`${script}: what fails too often goes to the dead-letter stream, as it is, and never to neither`, async () => {
      await bed().port.send(['SET', 's:dead', 'no stream']);
      const failing = await bed().start(await bed().changed(script, work, fail, ...soon), env);
      await add('a', Buffer.from([0xff]), 'a', 'twice');
      await failing.shows('bad · stays pending, not to s:dead: ');
      assert.equal(await pending(), 1);
      await bed().port.send(['DEL', 's:dead']);
      await failing.shows('· to s:dead');
      assert.deepEqual(await entries('s:dead'), [['a', '\u00ff', 'a', 'twice']]);
      assert.equal(await pending(), 0);
      assert.equal(await failing.interrupt(), 0);
      assert.equal(failing.lines.at(-1), '── 0 processed');
      assert.equal(failing.lines.filter((line) => line.endsWith('bad · stays pending')).length, 3);
    });

    it(`${script}: says what it cannot keep others from, and what others may have done, too`, async () => {
      // Long enough for the other to come up meanwhile.
      const long = hang.replace(/60(_000)?/, (_, ms) => (ms === undefined ? '10' : '10_000'));
      const slow = await bed().changed(script, work, long, ...soon);
      await bed().port.send(['ACL', 'SETUSER', 'plain', 'on', 'nopass', '~*', '&*', '+@all', '-eval']);
      const url = bed().redis.url.replace('://', '://plain:@');
      const first = await bed().start(slow, { ...env, REDIS_URL: `${url}/0` });
      const id = String(await add('message', 'long'));
      await first.shows(`${id} is worked on, but others may claim it`);
      const other = await bed().start(await bed().changed(script, ...soon), second);
      await other.shows('claimed, it had been left');
      await first.shows(`? ${id}: was no longer pending, so another may have done it, too`);
      assert.equal(await first.interrupt(), 0);
      assert.equal(first.lines.filter((line) => line.includes('others may claim it')).length, 1);
      assert.ok(!other.lines.some((line) => line.startsWith('?')));
    });

    it(`${script}: looks among its own where Redis 6.2 does not tell what was deleted from the stream`, async () => {
      await throughProxy(async (proxy, through) => {
        const [idle, soonIdle] = soon;
        const changed = await bed().changed(script, idle, soonIdle.replace('500', '4_000'));
        const asked = proxy.rewriteReply('xautoclaim', (reply) => reply);
        const consumer = await bed().start(changed, { ...env, ...through });
        // It has read what is its own.
        await asked;
        const own = String(await add('message', 'own'));
        await consumer.shows('message=own');
        await untilPending(0);
        await bed().port.send(['XCLAIM', 's', 'workers', 'script:1', 0, own, 'FORCE']);
        await proxy.rewriteReply('xautoclaim', Buffer.from('*2\r\n$3\r\n0-0\r\n*1\r\n*-1\r\n'));
        await consumer.shows(`↺ ${own} · had it before`);
        await untilPending(0);
        assert.equal(await consumer.interrupt(), 0);
        assert.ok(!consumer.lines.some((line) => line.startsWith('Redis: ')), consumer.lines.join('\n'));
      });
    });

    it(`${script}: an entry whose reply was lost is done, and one that is done is not done again`, async () => {
      await throughProxy(async (proxy, through) => {
        const consumer = await bed().start(script, { ...env, ...through });
        await consumer.shows('connected');
        await add('message', 'first');
        await consumer.shows('message=first');
        const acknowledging = proxy.dropReply('xack');
        await add('message', 'second');
        await acknowledging;
        await consumer.shows('is done and not acknowledged');
        const reading = proxy.dropReply('xreadgroup');
        await reading;
        await add('message', 'third');
        await consumer.shows('message=third');
        assert.equal(await consumer.interrupt(), 0);
        assert.equal(consumer.lines.filter((line) => line.startsWith('✓')).length, 3);
        assert.equal(consumer.lines.at(-1), '── 3 processed');
        assert.equal(await pending(), 0);
      });
    });

    it(`${script}: names the entry of which it is unknown whether it was buried`, async () => {
      await throughProxy(async (proxy, through) => {
        const failing = await bed().changed(script, work, fail, ...soon);
        const consumer = await bed().start(failing, { ...env, ...through });
        await consumer.shows('connected');
        const dropped = proxy.dropReply("'xadd', KEYS[2]");
        const id = String(await add('message', 'bad'));
        await dropped;
        await consumer.shows(`? ${id}: it is still pending, or in s:dead`);
        assert.deepEqual(await entries('s:dead'), [['message', 'bad']]);
        assert.equal(await pending(), 0);
        assert.equal(await consumer.interrupt(), 0);
      });
    });

    it(`${script}: makes the group again on a server that was started anew, and ends without one`, async () => {
      await acrossRestart(async (through, restart, stop) => {
        const consumer = await bed().start(script, { ...env, ...through });
        await consumer.shows('connected');
        const server = await restart(() =>
          consumer.shows(script.endsWith('.py') ? 'refused' : 'no connection'),
        );
        const port = openConnection(server, 'test');
        try {
          await port.connect();
          await port.send(['XADD', 's', '*', 'message', 'after']);
        } finally {
          port.dispose();
        }
        await consumer.shows('message=after');
        await stop();
        assert.equal(await consumer.interrupt(), 0);
        assert.equal(consumer.lines.at(-1), '── 1 processed');
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

  /** Runs something on a server of its own that `restart` ends, starts again once `down` was seen, empty, and `stop` ends. */
  async function acrossRestart(
    act: (
      env: Record<string, string>,
      restart: (down: () => Promise<void>) => Promise<{ host: string; port: number; db: number }>,
      stop: () => Promise<void>,
    ) => Promise<void>,
  ): Promise<void> {
    let server = await startRedis();
    const { host, port, url } = server;
    try {
      const restart = async (down: () => Promise<void>) => {
        await server.stop();
        await down();
        server = await startRedis({ port });
        return { host, port, db: 0 };
      };
      await act({ REDIS_URL: `${url}/0` }, restart, () => server.stop());
    } finally {
      await server.stop();
    }
  }
});
