import assert from 'node:assert/strict';
import { scriptDescriptions } from '../../src/core/scriptTemplates';
import { FaultProxy } from '../faults/faultProxy';
import { freePort } from '../launch/freePort';
import { until } from '../launch/limits';
import { limitMs, useScripts } from './scriptBed';

const queueScripts = ['queue_worker.py', 'queueWorker.mjs', 'reliable_worker.py', 'reliableWorker.mjs'];
const workers = [
  ...queueScripts,
  ...['decorated_worker.py', 'hotqueue_worker.py'],
  ...['job_worker.py', 'jobWorker.mjs', 'priority_worker.py', 'priorityWorker.mjs'],
  ...['stream_consumer.py', 'streamConsumer.mjs'],
];
/** What CLIENT LIST says of a worker that waits for a message. */
const waiting = / cmd=(brpop|blpop|blmove|xreadgroup) /;
const queueOf = (script: string): string => (script.startsWith('hotqueue') ? 'hotqueue:q' : 'q');
const failing = [
  ['reliable_worker.py', '    print(f"✓ {shown(message)}", flush=True)', '    raise ValueError("bad")'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of a script
  ['reliableWorker.mjs', '  console.log(`✓ ${shown(message)}`);', '  throw new Error("bad");'],
] as const;

/** Scripts that end by themselves when they have sent the messages that are their arguments. */
const sending = [
  ...['publisher.py', 'publisher.mjs', 'hotqueue_put.py'],
  ...['stream_producer.py', 'streamProducer.mjs'],
];
const named = Object.values(scriptDescriptions)
  .flatMap(({ files }) => Object.values(files))
  .filter((script) => !sending.includes(script));
const obeyed = 'a\u001b]0;title\u0007\n\u202e';
/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: lines of scripts */
const javascript = [
  ['queueWorker.mjs', '  console.log(`✓ ${shown(message)}`);'],
  ['reliableWorker.mjs', '  console.log(`✓ ${shown(message)}`);'],
  ['priorityWorker.mjs', '  console.log(`✓ ${shown(from)} · ${shown(message)}`);'],
  ['jobWorker.mjs', '  console.log(`✓ ${shown(job)}  ${shown(payload)}`);'],
  [
    'streamConsumer.mjs',
    "  console.log(`✓ ${id}  ${fields.map((pair) => pair.map(shown).join('=')).join('  ')}`);",
  ],
] as const;
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: lines of scripts */

describe('Script templates in trouble', () => {
  const bed = useScripts();

  for (const [script, line, fail] of failing) {
    it(`${script}: a message stays where it is when the dead-letter list refuses it`, async () => {
      await bed().port.send(['SET', 'q:dead', 'no list']);
      const worker = await bed().start(await bed().changed(script, line, fail), { REDIS_QUEUE: 'q' });
      await bed().port.send(['LPUSH', 'q', 'precious']);
      await worker.shows('WRONGTYPE');
      assert.deepEqual([...(await bed().texts('q:processing')), ...(await bed().texts('q'))], ['precious']);
      await bed().port.send(['DEL', 'q:dead']);
      await worker.shows('to q:dead');
      assert.deepEqual(await bed().texts('q:dead'), ['precious']);
      assert.deepEqual([...(await bed().texts('q:processing')), ...(await bed().texts('q'))], []);
    });

    it(`${script}: an empty message and one that is no text are left by a dead worker and done once`, async () => {
      await bed().port.send(['RPUSH', 'q:processing', '']);
      await bed().port.send(['LPUSH', 'q', Buffer.from([0xff, 0xfe]), 'last']);
      const worker = await bed().start(script, { REDIS_QUEUE: 'q' });
      await worker.shows('✓ last');
      assert.equal(await worker.interrupt(), 0);
      assert.equal(worker.lines.at(-1), '── 3 processed');
      for (const list of ['q', 'q:processing', 'q:dead']) assert.deepEqual(await bed().texts(list), [], list);
    });
  }

  for (const script of [...named, ...sending]) {
    it(`${script}: writes out in a name, too, what a terminal would obey`, async () => {
      const env = { REDIS_QUEUE: obeyed, REDIS_STREAM: obeyed, REDIS_CHANNEL: obeyed };
      const run = await bed().start(script, env, sending.includes(script) ? [obeyed] : []);
      if (sending.includes(script)) await run.process.ended;
      else {
        await run.shows('until Ctrl+C');
        await run.interrupt();
      }
      assert.ok(run.lines.some((line) => /(^| |:|')a.*title/.test(line)));
      for (const line of run.lines) assert.doesNotMatch(line, /\p{C}|^\]0|^$/u);
    });
  }

  for (const [script, line, none] of [
    ['reliable_worker.py', 'MOST_WORKERS = 64', 'MOST_WORKERS = 0'],
    ['reliableWorker.mjs', 'const mostWorkers = 64;', 'const mostWorkers = 0;'],
  ] as const) {
    it(`${script}: names a queue safely on which too many work`, async () => {
      const run = await bed().start(await bed().changed(script, line, none), { REDIS_QUEUE: obeyed });
      await run.shows(' already');
      for (const each of run.lines) assert.doesNotMatch(each, /\p{C}/u);
    });
  }

  for (const [script, line] of javascript) {
    it(`${script}: names the message whose work throws nothing, and goes on`, async () => {
      const changed = await bed().changed(script, line, '  throw undefined;');
      const worker = await bed().start(changed, { REDIS_QUEUE: 'q', REDIS_STREAM: 's' });
      for (const id of ['first', 'second']) {
        await bed().port.send(['HSET', `job:${id}`, 'payload', 'p']);
        if (script !== 'streamConsumer.mjs') await bed().port.send(['LPUSH', 'q', id]);
        const entry = String(await bed().port.send(['XADD', 's', '*', 'message', id]));
        await worker.shows(`${script === 'streamConsumer.mjs' ? entry : id}: undefined`);
      }
      assert.equal(await worker.interrupt(), 0);
      assert.equal(worker.lines.at(-1), '── 0 processed');
    });
  }

  for (const script of [
    ...workers,
    'delayed_scheduler.py',
    'delayedScheduler.mjs',
    'subscriber.py',
    'subscriber.mjs',
  ]) {
    it(`${script}: shows bytes that are no text as what they are`, async () => {
      const [text, none] = [Buffer.from('"tä\\\\xff"'), Buffer.from([0x6e, 0xff, 0xc3, 0x28, 0x1b])];
      const env = { REDIS_QUEUE: 'q', REDIS_STREAM: 's', REDIS_CHANNEL: 'c' };
      const run = await bed().start(script, env, script.startsWith('hot') ? ['--json'] : []);
      if (script.startsWith('subscriber')) await run.shows('subscribed');
      for (const message of [text, none]) {
        await bed().port.send(['HSET', Buffer.concat([Buffer.from('job:'), message]), 'payload', 'p']);
        await bed().port.send(['ZADD', 'q:delayed', 1, message]);
        await bed().port.send(['XADD', 's', '*', 'message', message]);
        await bed().port.send(['PUBLISH', 'c', message]);
        if (!script.startsWith('delayed')) await bed().port.send(['LPUSH', queueOf(script), message]);
      }
      await run.shows('tä');
      await run.shows('n\\xff\\xc3(\\x1b');
      assert.equal(await run.interrupt(), 0);
    });
  }

  for (const script of ['reliable_worker.py', 'reliableWorker.mjs']) {
    it(`${script}: takes nothing where its user may not run EVAL, and says so`, async () => {
      await bed().port.send(['LPUSH', 'q', 'precious']);
      await bed().port.send(['ACL', 'SETUSER', 'default', '-eval']);
      try {
        const run = await bed().start(script, { REDIS_QUEUE: 'q' });
        await run.shows("to run the 'eval' command");
        assert.deepEqual(await bed().texts('q'), ['precious']);
        await bed().port.send(['ACL', 'SETUSER', 'default', '+eval']);
        await run.shows('✓ precious');
      } finally {
        await bed().port.send(['ACL', 'SETUSER', 'default', '+eval']);
      }
    });
  }

  for (const script of ['subscriber.py', 'subscriber.mjs']) {
    it(`${script}: tells that the channel is refused, also when it is later, and subscribes when it is not`, async () => {
      const rights = (...rules: string[]) =>
        bed().port.send(['ACL', 'SETUSER', 'someone', 'reset', 'on', '>pw', '~*', '+@all', ...rules]);
      try {
        await rights('resetchannels');
        const url = bed().redis.url.replace('//', '//someone:pw@');
        const run = await bed().start(script, { REDIS_URL: url, REDIS_CHANNEL: 'c' });
        const told = (text: string, times: number) =>
          until(limitMs, `${times} times ${text}`, () =>
            run.lines.filter((line) => line.includes(text)).length >= times ? true : undefined,
          );
        await told('no permissions', 1);
        await rights('&c');
        await told('subscribed to c', 1);
        const before = run.lines.filter((line) => line.includes('no permissions')).length;
        await rights('resetchannels');
        await told('no permissions', before + 1);
        await rights('&c');
        await told('subscribed to c', 2);
        await bed().port.send(['PUBLISH', 'c', 'm']);
        await run.shows('← c ');
        assert.equal(await run.interrupt(), 0);
        assert.equal(run.lines.at(-1), '── 1 received');
        assert.ok(!run.lines.some((line) => /Traceback|^ +at /.test(line)));
      } finally {
        await bed().port.send(['ACL', 'DELUSER', 'someone']);
      }
    });
  }

  for (const script of queueScripts) {
    it(`${script}: writes out what a terminal would obey`, async () => {
      await bed().port.send(['LPUSH', 'q', '\u001b]0;title\u0007 \u009b31m \u202e\u2028 end']);
      const worker = await bed().start(script, { REDIS_QUEUE: 'q' });
      await worker.shows(' end');
      const line = worker.lines.find((each) => each.startsWith('✓')) ?? '';
      assert.doesNotMatch(line, /[\p{C}\u2028]/u);
      assert.match(line, /x?1b\}?\]0;title/);
    });
  }

  for (const script of workers) {
    it(`${script}: goes on after another server was the primary for a while`, async () => {
      const queue = queueOf(script);
      const worker = await bed().start(
        script,
        { REDIS_QUEUE: 'q', REDIS_STREAM: 's' },
        script.startsWith('hot') ? ['--json'] : [],
      );
      await until(limitMs, 'Waiting for a message', async () =>
        waiting.test(String(await bed().port.send(['CLIENT', 'LIST']))) ? true : undefined,
      );
      try {
        await bed().port.send(['REPLICAOF', '127.0.0.1', '1']);
        await worker.shows("You can't write against a read only replica");
      } finally {
        await bed().port.send(['REPLICAOF', 'NO', 'ONE']);
      }
      if (script.startsWith('stream')) await bed().port.send(['XADD', 's', '*', 'message', 'after']);
      else await bed().port.send(['LPUSH', queue, '"after"']);
      await worker.shows('after');
      assert.equal(await worker.interrupt(), 0);
    });

    it(`${script}: where Redis does not answer, a second Ctrl+C ends it`, async () => {
      const proxy = await FaultProxy.start(bed().redis.port);
      try {
        const worker = await bed().start(script, {
          REDIS_URL: `redis://127.0.0.1:${proxy.port}/0`,
          REDIS_QUEUE: 'q',
        });
        await until(limitMs, 'Waiting for a message', async () =>
          waiting.test(String(await bed().port.send(['CLIENT', 'LIST']))) ? true : undefined,
        );
        proxy.blackhole();
        let code: number | string | undefined;
        void worker.process.ended.then((ended) => {
          code = ended;
        });
        // Until the first is heard there is no second one.
        await until(limitMs, 'The end', async () => {
          if (code === undefined) worker.signal('SIGINT');
          return code;
        });
        assert.equal(code, 'SIGINT');
      } finally {
        await proxy.stop();
      }
    });
  }

  for (const script of ['reliable_worker.py', 'reliableWorker.mjs']) {
    it(`${script}: Ctrl+C ends it cleanly when Redis is gone`, async () => {
      const proxy = await FaultProxy.start(bed().redis.port);
      const worker = await bed().start(script, {
        REDIS_URL: `redis://127.0.0.1:${proxy.port}/0`,
        REDIS_QUEUE: 'q',
      });
      await worker.shows('processing list q:processing');
      await proxy.stop();
      await worker.shows('trying again');
      assert.equal(await worker.interrupt(), 0);
      assert.equal(worker.lines.at(-1), '── 0 processed');
    });
  }

  it('publisher.mjs: publishes nothing, and claims nothing, before there is a connection', async () => {
    const env = { REDIS_URL: `redis://127.0.0.1:${await freePort()}/0` };
    const publisher = await bed().start('publisher.mjs', env, ['a', 'b']);
    await publisher.shows('no connection');
    assert.equal(await publisher.interrupt(), 0);
    assert.equal(publisher.lines.at(-1), '── 0 published on order_events');
    assert.ok(!publisher.lines.some((line) => line.startsWith('?')));
  });

  for (const script of ['publisher.py', 'hotqueue_put.py']) {
    it(`${script}: names what may not have arrived, and fails`, async () => {
      const env = { REDIS_URL: `redis://127.0.0.1:${await freePort()}/0` };
      const run = await bed().start(script, env, ['a']);
      assert.equal(await run.process.ended, 1);
      assert.match(run.lines[0] ?? '', /^\? 'a' · it may not have been (put|published)/);
      assert.ok(!run.lines.some((line) => line.includes('Traceback')));
    });
  }
});
