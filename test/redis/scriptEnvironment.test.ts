import assert from 'node:assert/strict';
import { scriptDescriptions } from '../../src/core/scriptTemplates';
import { useScripts } from './scriptBed';

/** A locale that has none of the signs that the scripts print, and no mode of Python that passes over it. */
const plainLocale = { LC_ALL: 'C', PYTHONUTF8: '0', PYTHONCOERCECLOCALE: '0' };

/** A Python script, what it prints of one message under such a locale, on what is called `ü`, and its arguments. */
const printed: readonly (readonly [script: string, line: string, ...args: string[]])[] = [
  ['queue_worker.py', '\\u2713 1'],
  ['decorated_worker.py', '\\u2713 1'],
  ['reliable_worker.py', '\\u2713 1'],
  ['priority_worker.py', '\\u2713 \\xfc \\xb7 1'],
  ['job_worker.py', '\\u2713 1'],
  ['delayed_scheduler.py', '\\u2192 1'],
  ['hotqueue_put.py', "\\u2192 'a\\xe4'", 'aä'],
  ['hotqueue_worker.py', '\\u2713 1', '--json'],
  ['stream_producer.py', '\\u2192 a\\xe4', 'aä'],
  ['stream_consumer.py', '\\u2713 '],
  ['publisher.py', "\\u2192 'a\\xe4' \\xb7 1 received", 'aä'],
  ['subscriber.py', '\\u2190 \\xfc'],
];

/** What is no address, the secrets in it included; the last is one for ioredis, which passes over what it does not know. */
const wrong = [
  '',
  'nonsense',
  'http://127.0.0.1:1/0',
  'redis://:se/cret@127.0.0.1:1/0',
  'redis://127.0.0.1:99999/0',
  'redis://127.0.0.1:1/0?nothing=1',
];

describe('Script templates in their environment', () => {
  const bed = useScripts();

  for (const [script, line, ...args] of printed) {
    it(`${script}: writes out what the locale has no sign for, knows names with such signs, and goes on`, async () => {
      const { port } = bed();
      await port.send(['HSET', 'job:1', 'payload', 'p']);
      await port.send(['ZADD', 'ü:delayed', 1, '1']);
      await port.send(['XADD', 'stream ü', '*', 'message', 'm']);
      for (const queue of ['ü', 'hotqueue:ü']) await port.send(['LPUSH', queue, '1']);
      const env = { ...plainLocale, REDIS_QUEUE: 'ü', REDIS_STREAM: 'stream ü', REDIS_CHANNEL: 'ü' };
      if (script === 'publisher.py') {
        const listener = await bed().start('subscriber.mjs', env);
        await listener.shows('subscribed to ü');
      }
      const run = await bed().start(script, env, args);
      if (script === 'subscriber.py') {
        await run.shows('subscribed to \\xfc');
        await port.send(['PUBLISH', 'ü', 'm']);
      }
      await run.shows(line);
      assert.equal(args[0] === 'aä' ? await run.process.ended : await run.interrupt(), 0);
      if (script !== 'hotqueue_put.py') assert.match(run.lines.at(-1) ?? '', /^\\u2500\\u2500 1 /);
      else assert.match((await bed().texts('hotqueue:ü')).at(-1) ?? '', /a\xc3\xa4/);
      if (script === 'stream_producer.py') assert.equal(await port.send(['XLEN', 'stream ü']), 2);
    });
  }

  for (const script of Object.values(scriptDescriptions).flatMap(({ files }) => Object.values(files))) {
    it(`${script}: a wrong password is told in a line, and not quoted`, async () => {
      const url = bed().redis.url.replace('//', '//someone:hunter2@');
      const run = await bed().start(
        script,
        { REDIS_URL: url },
        /put|ublisher|roducer/.test(script) ? ['a'] : [],
      );
      await run.shows('WRONGPASS');
      await run.interrupt();
      for (const line of run.lines) assert.doesNotMatch(line, /hunter2|Traceback|^ +at /);
    });
  }

  for (const script of Object.values(scriptDescriptions).flatMap(({ files }) => Object.values(files))) {
    it(`${script}: a wrong address ends it with one sentence`, async () => {
      for (const url of script.endsWith('.py') ? wrong : wrong.slice(0, -1)) {
        const run = await bed().start(script, { REDIS_URL: url });
        await run.shows('REDIS_URL');
        assert.equal(await run.process.ended, 2, url);
        assert.deepEqual(run.lines, [
          'REDIS_URL is not understood. It is to be like redis://127.0.0.1:6379/0.',
        ]);
      }
    });
  }
});
