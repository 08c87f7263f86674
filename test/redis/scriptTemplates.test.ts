import assert from 'node:assert/strict';
import { list } from '../../src/core/redisReply';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { limitMs, useScripts } from './scriptBed';

const strange = ['plain', `it's "q" \\n`, 'ünï→📨', '; rm -rf $(x)'];

describe('Script templates', () => {
  const bed = useScripts();

  for (const script of ['queue_worker.py', 'queueWorker.mjs']) {
    it(`${script}: two copies share a queue, and Ctrl+C ends them`, async () => {
      const env = { REDIS_QUEUE: 'a queue' };
      const copies = [await bed().start(script, env), await bed().start(script, env)];
      for (const copy of copies) await copy.shows('BRPOP a queue');
      const messages = [...strange, ...Array.from({ length: 20 }, (_, n) => `m${n}`)];
      for (const message of messages) await bed().port.send(['LPUSH', 'a queue', message]);
      await bed().emptied('a queue');
      assert.match(String(await bed().port.send(['CLIENT', 'LIST'])), /name=redis-messaging:script:1 /);
      for (const copy of copies) assert.equal(await copy.interrupt(), 0);
      const done = copies.flatMap(({ lines }) => lines.filter((line) => line.startsWith('✓ ')));
      assert.deepEqual(done.map((line) => line.slice(2)).sort(), [...messages].sort());
      for (const { lines } of copies) assert.match(lines.at(-1) ?? '', /^── \d+ processed$/);
    });
  }

  it('decorated_worker.py: the function gets JSON as values, text as text, and goes on after an error', async () => {
    const file = await bed().changed(
      'decorated_worker.py',
      '    print(f"✓ {message!r}", flush=True)',
      "    print(f\"✓ {message['n'] + 1 if message != 'text' else message}\", flush=True)",
    );
    const worker = await bed().start(file, { REDIS_QUEUE: 'q' });
    await bed().port.send(['LPUSH', 'q', '{"n":41}', 'not json', 'text']);
    await worker.shows('✓ text');
    assert.equal(await worker.interrupt(), 0);
    assert.deepEqual(
      worker.lines.filter((line) => /^[✓✗]/.test(line)).map((line) => line.slice(0, 14)),
      ['✓ 42', "✗ b'not json':", '✓ text'],
    );
    assert.equal(worker.lines.at(-1), '── 2 processed');
  });

  // What the work is given, as hex.
  /* biome-ignore-start lint/suspicious/noTemplateCurlyInString: lines of scripts */
  for (const [script, line, print] of [
    [
      'queue_worker.py',
      '    print(f"✓ {shown(message)}", flush=True)',
      '    print("got", message.hex(), flush=True)',
    ],
    [
      'queueWorker.mjs',
      '  console.log(`✓ ${shown(message)}`);',
      '  console.log("got", Buffer.from(message).toString("hex"));',
    ],
    [
      'decorated_worker.py',
      '    print(f"✓ {message!r}", flush=True)',
      '    print("got", message.hex() if isinstance(message, bytes) else repr(message), flush=True)',
    ],
  ] as const) {
    /* biome-ignore-end lint/suspicious/noTemplateCurlyInString: lines of scripts */
    it(`${script}: the work gets bytes that are no UTF-8 as they are, and they are shown safely`, async () => {
      const bytes = Buffer.from([0x61, 0xff, 0xfe, 0x1b]);
      const changed = await bed().start(await bed().changed(script, line, print), { REDIS_QUEUE: 'q' });
      await bed().port.send(['LPUSH', 'q', bytes]);
      await changed.shows(`got ${bytes.toString('hex')}`);
      assert.equal(await changed.interrupt(), 0);
      const worker = await bed().start(script, { REDIS_QUEUE: 'q' });
      await bed().port.send(['LPUSH', 'q', bytes]);
      await worker.shows('✓ ');
      assert.equal(await worker.interrupt(), 0);
      for (const shown of worker.lines) assert.doesNotMatch(shown, /\p{C}/u);
      assert.equal(worker.lines.at(-1), '── 1 processed');
    });
  }

  for (const [script, line, hang, fail] of [
    [
      'reliable_worker.py',
      '    print(f"✓ {shown(message)}", flush=True)',
      '    print("working", flush=True); threading.Event().wait(60)',
      '    raise ValueError("bad")',
    ],
    [
      'reliableWorker.mjs',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of a script
      '  console.log(`✓ ${shown(message)}`);',
      '  console.log("working"); await pause(60_000);',
      '  throw new Error("bad");',
    ],
  ] as const) {
    it(`${script}: what it left when it was killed is finished by the next, and nothing is lost`, async () => {
      const env = { REDIS_QUEUE: 'jobs' };
      const dying = await bed().start(await bed().changed(script, line, hang), env);
      await bed().port.send(['LPUSH', 'jobs', 'first', 'second']);
      await dying.shows('working');
      process.kill(dying.process.pid, 'SIGKILL');
      await dying.process.ended;
      assert.deepEqual(
        [await bed().texts('jobs:processing'), await bed().texts('jobs')],
        [['first'], ['second']],
      );

      const next = await bed().start(script, env);
      await next.shows('↺ first · left by a dead worker');
      await next.shows('✓ first');
      await next.shows('✓ second');
      assert.equal(await next.interrupt(), 0);
      assert.equal(next.lines.at(-1), '── 2 processed');
      for (const key of ['jobs', 'jobs:processing', 'jobs:processing:2', 'jobs:dead'])
        assert.deepEqual(await bed().texts(key), [], key);
    });

    it(`${script}: what fails too often goes to the dead-letter list`, async () => {
      const worker = await bed().start(await bed().changed(script, line, fail), { REDIS_QUEUE: 'jobs' });
      await bed().port.send(['LPUSH', 'jobs', 'bad one']);
      await worker.shows('to jobs:dead');
      assert.equal(await worker.interrupt(), 0);
      assert.equal(worker.lines.filter((each) => each.includes('bad · to jobs')).length, 4);
      assert.deepEqual(await bed().texts('jobs:dead'), ['bad one']);
      assert.equal(
        Number(await bed().port.send(['EXISTS', 'jobs', 'jobs:processing', 'jobs:processing:lease'])),
        0,
      );
    });
  }

  for (const format of [[], ['--json']]) {
    it(`hotqueue_put.py and hotqueue_worker.py ${format.join('')}: as the hotqueue package, in database 1`, async () => {
      const env = { REDIS_QUEUE: 'hotqueue:mail' };
      const args = [...format, '--database', '1'];
      const put = await bed().start('hotqueue_put.py', env, [...args, '{"to":"a@b.c"}', '5', 'text']);
      assert.equal(await put.process.ended, 0);
      const other = openConnection({ host: bed().redis.host, port: bed().redis.port, db: 1 }, 'test');
      try {
        await other.connect();
        const stored = list(await other.send(['LRANGE', 'hotqueue:mail', 0, -1])) as Buffer[];
        assert.equal(stored.length, 3);
        if (format.length > 0) assert.deepEqual(stored.map(String), ['{"to": "a@b.c"}', '5', '"text"']);
        // PROTO of pickle, which every Python 3 writes by default.
        else assert.ok(stored.every((each) => each[0] === 0x80));
      } finally {
        other.dispose();
      }
      const worker = await bed().start('hotqueue_worker.py', env, [...args, '--seconds', '0']);
      await worker.shows("✓ 'text' · 0 left");
      assert.equal(await worker.interrupt(), 0);
      assert.deepEqual(
        worker.lines.filter((each) => each.startsWith('✓')),
        ["✓ {'to': 'a@b.c'} · 2 left", '✓ 5 · 1 left', "✓ 'text' · 0 left"],
      );
      assert.equal(worker.lines.at(-1), '── 3 processed');
    });
  }

  it('publisher.py and subscriber.py: values as redis-toolkit sends them', async () => {
    const env = { REDIS_CHANNEL: 'events' };
    const subscriber = await bed().start('subscriber.py', env);
    const raw = await bed().start('subscriber.mjs', env);
    await subscriber.shows('subscribed to events');
    await raw.shows('subscribed to events');
    const publisher = await bed().start('publisher.py', env, [
      '{"order":1}',
      'tëxt',
      'null',
      'true',
      '[1,2]',
    ]);
    assert.equal(await publisher.process.ended, 0);
    await subscriber.shows('[1, 2]');
    await raw.shows('[1, 2]');
    assert.deepEqual(subscriber.lines.slice(1), [
      "← events {'order': 1}",
      "← events 'tëxt'",
      '← events None',
      '← events True',
      '← events [1, 2]',
    ]);
    assert.deepEqual(raw.lines.slice(1), [
      '← events {"__type__": "dict", "__data__": {"order": 1}}',
      '← events {"__type__": "str", "__data__": "tëxt"}',
      '← events __NONE__',
      '← events 1',
      '← events {"__type__": "list", "__data__": [1, 2]}',
    ]);
    assert.ok(publisher.lines.every((line) => /2 received it$|^── 5 published on events$/.test(line)));
    for (const each of [subscriber, raw]) assert.equal(await each.interrupt(), 0);
    assert.equal(subscriber.lines.at(-1), '── 5 received');
    assert.equal(raw.lines.at(-1), '── 5 received');
  });

  for (const [publisher, args] of [
    ['publisher.py', ['--plain']],
    ['publisher.mjs', []],
  ] as const) {
    it(`${publisher}: says that nobody was listening, then that one was, until Ctrl+C`, async () => {
      const running = await bed().start(publisher, { REDIS_CHANNEL: 'order_events' }, [...args]);
      await running.shows('nobody was listening');
      const subscriber = await bed().start('subscriber.py', { REDIS_PATTERN: 'order_*' });
      await subscriber.shows("← order_events {'order': ");
      await running.shows('1 received it');
      assert.equal(await running.interrupt(), 0);
      assert.match(running.lines.at(-1) ?? '', /^── \d+ published on order_events$/);
    });
  }

  it('subscriber.mjs: listens to a pattern', async () => {
    const subscriber = await bed().start('subscriber.mjs', { REDIS_PATTERN: 'news.*' });
    await subscriber.shows('subscribed to news.*');
    await bed().port.send(['PUBLISH', 'news.sport', 'goal']);
    await subscriber.shows('← news.sport goal');
    assert.equal(await subscriber.interrupt(), 0);
  });

  for (const script of ['queue_worker.py', 'queueWorker.mjs', 'reliable_worker.py', 'reliableWorker.mjs']) {
    it(`${script}: goes on after its connection was cut`, async () => {
      const worker = await bed().start(script, { REDIS_QUEUE: 'cut' });
      await worker.shows(script.startsWith('queue') ? 'BRPOP cut' : 'processing list cut:processing');
      await until(limitMs, 'Its connection', async () =>
        String(await bed().port.send(['CLIENT', 'LIST'])).includes('name=redis-messaging:script:1 ')
          ? true
          : undefined,
      );
      await bed().port.send(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
      await bed().port.send(['LPUSH', 'cut', 'after']);
      await worker.shows('✓ after');
      assert.equal(await worker.interrupt(), 0);
    });
  }
});
