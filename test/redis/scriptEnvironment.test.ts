import assert from 'node:assert/strict';
import { scriptDescriptions } from '../../src/core/scriptTemplates';
import { useScripts } from './scriptBed';

/** A locale that has none of the signs that the scripts print, and no mode of Python that passes over it. */
const plainLocale = { LC_ALL: 'C', PYTHONUTF8: '0', PYTHONCOERCECLOCALE: '0' };

/** A Python script, what it prints of one message under such a locale, and its arguments. */
const printed: readonly (readonly [script: string, line: string, ...args: string[]])[] = [
  ['queue_worker.py', '\\u2713 1'],
  ['decorated_worker.py', '\\u2713 1'],
  ['reliable_worker.py', '\\u2713 1'],
  ['priority_worker.py', '\\u2713 q \\xb7 1'],
  ['job_worker.py', '\\u2713 1'],
  ['delayed_scheduler.py', '\\u2192 1'],
  ['hotqueue_put.py', "\\u2192 'a'", 'a'],
  ['hotqueue_worker.py', '\\u2713 1', '--json'],
  ['stream_producer.py', '\\u2192 a', 'a'],
  ['stream_consumer.py', '\\u2713 '],
  ['publisher.py', "\\u2192 'a'", 'a'],
  ['subscriber.py', '\\u2190 c'],
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
    it(`${script}: writes out what the locale has no sign for, and goes on`, async () => {
      await bed().port.send(['HSET', 'job:1', 'payload', 'p']);
      await bed().port.send(['ZADD', 'q:delayed', 1, '1']);
      await bed().port.send(['XADD', 's', '*', 'message', 'm']);
      for (const queue of ['q', 'hotqueue:q']) await bed().port.send(['LPUSH', queue, '1']);
      const env = { ...plainLocale, REDIS_QUEUE: 'q', REDIS_STREAM: 's', REDIS_CHANNEL: 'c' };
      const run = await bed().start(script, env, args);
      if (script === 'subscriber.py') {
        await run.shows('subscribed to c');
        await bed().port.send(['PUBLISH', 'c', 'm']);
      }
      await run.shows(line);
      assert.equal(args[0] === 'a' ? await run.process.ended : await run.interrupt(), 0);
      if (script !== 'hotqueue_put.py') assert.match(run.lines.at(-1) ?? '', /^\\u2500\\u2500 1 /);
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
