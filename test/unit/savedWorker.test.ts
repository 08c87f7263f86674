import assert from 'node:assert/strict';
import { isFailure } from '../../src/core/failure';
import { readSavedWorkers, savedDefinitions, workerDefinition } from '../../src/core/savedWorker';

function refuses(pattern: RegExp) {
  return (error: unknown): boolean => isFailure(error) && pattern.test(error.message);
}

describe('saved workers', () => {
  it('are read with what they leave out', () => {
    assert.deepEqual(workerDefinition({ script: 'w.py', queue: 'q' }), {
      what: { kind: 'script', script: 'w.py', args: [] },
      targets: [{ kind: 'queue', name: 'q' }],
      count: 1,
      restart: 0,
    });
    assert.deepEqual(
      workerDefinition({
        template: 'queueWorker',
        options: { workMs: 1 },
        queue: 'q',
        connection: 'local',
        count: 3,
        restartOnCrash: true,
      }),
      {
        what: { kind: 'builtIn', template: 'queueWorker', options: { workMs: 1 } },
        targets: [{ kind: 'queue', name: 'q' }],
        connection: 'local',
        count: 3,
        restart: true,
      },
    );
  });

  it('keep awkward names, paths and arguments as they are', () => {
    const awkward = ['a b', `"'`, '$(touch x)', '; rm -rf ~', 'two\nlines', '-rf', 'ünï→', '%PATH%'];
    for (const text of awkward) {
      const { what, targets } = workerDefinition({ script: text, args: awkward, stream: text, cwd: text });
      assert.deepEqual(what, { kind: 'script', script: text, args: awkward, cwd: text });
      assert.deepEqual(targets, [{ kind: 'stream', name: text }]);
    }
  });

  it('may have several targets of every kind', () => {
    const { targets } = workerDefinition({ script: 's.py', queue: ['a', 'b'], pattern: 'n.*', channel: 'c' });
    assert.deepEqual(
      targets.map(({ kind, name }) => `${kind} ${String(name)}`),
      ['queue a', 'queue b', 'channel c', 'pattern n.*'],
    );
  });

  it('name the field that cannot be used', () => {
    const wrong: readonly [Record<string, unknown>, RegExp][] = [
      [{}, /"script" must be a path/],
      [{ script: '' }, /"script" must be a path/],
      [{ script: 'a\0b' }, /"script" must be text/],
      [{ template: 'magic' }, /"template" must be queueProducer/],
      [{ script: 'x', args: 'a b' }, /"args" must be a list of text/],
      [{ script: 'x', count: 0 }, /"count" must be a whole number from 1 to 20/],
      [{ script: 'x', count: 1.5 }, /"count"/],
      [{ script: 'x', queue: '' }, /"queue" must be a name/],
      [{ script: 'x', queue: 7 }, /"queue" must be a name/],
      [{ script: 'x', interpreter: [] }, /"interpreter" must be a program/],
      [{ script: 'x', compose: {} }, /"compose.service" must be/],
      [{ script: 'x', compose: { service: 's', redisPort: 0 } }, /"redisPort"/],
      [{ script: 'x', restartOnCrash: -1 }, /"restartOnCrash"/],
    ];
    for (const [value, pattern] of wrong) assert.throws(() => workerDefinition(value), refuses(pattern));
  });

  it('make compounds that start a bounded number of copies', () => {
    const worker = (count?: number) => ({ template: 'queueWorker', queue: 'q', ...(count && { count }) });
    const workers = { ten: worker(10), twenty: worker(20), one: worker() };
    const kinds = (...members: string[]) =>
      readSavedWorkers({ ...workers, all: members }).map(({ kind }) => kind);
    assert.equal(kinds('twenty', 'twenty', 'ten').at(-1), 'compound');
    assert.equal(kinds(...Array.from({ length: 50 }, () => 'one')).at(-1), 'compound');
    assert.equal(kinds('twenty', 'twenty', 'ten', 'one').at(-1), 'broken');
    const tooMany = readSavedWorkers({ ...workers, all: ['twenty', 'twenty', 'twenty'] });
    assert.throws(
      () => savedDefinitions(tooMany, 'all'),
      refuses(/"all" cannot be used: .* 50 copies at most; these have 60/),
    );
  });

  it('make compounds of workers, and of nothing else', () => {
    const one = { script: 'a.py', queue: 'a' };
    const saved = readSavedWorkers({
      one,
      two: { ...one, queue: 'b' },
      all: ['two', 'one', 'two'],
      itself: ['itself'],
      nested: ['all'],
      empty: [],
      typo: { ...one, qeue: 'x' },
      number: 7,
    });
    assert.deepEqual(
      saved.map(({ kind }) => kind),
      ['worker', 'worker', 'compound', 'broken', 'broken', 'broken', 'broken', 'broken'],
    );
    const names = savedDefinitions(saved, 'all').map(({ targets }) => targets[0]?.name);
    assert.deepEqual(names, ['b', 'a', 'b']);
    assert.throws(
      () => savedDefinitions(saved, 'typo'),
      refuses(/"typo" cannot be used: There is no field "qeue"/),
    );
    assert.throws(() => savedDefinitions(saved, 'typo'), {
      hint: /^It takes: queue, .*Correct it in the setting/,
    });
    for (const name of ['itself', 'nested']) {
      assert.throws(
        () => savedDefinitions(saved, name),
        refuses(/workers only, and "\w+" is a compound, too/),
      );
    }
    const [called] = readSavedWorkers({ called: { template: 'queueWorker', target: 'q' } });
    assert.match(
      called?.kind === 'broken' ? called.cause.message : '',
      /"target": it is one of queue, stream/,
    );
    assert.throws(() => savedDefinitions(saved, 'nobody'), refuses(/no saved worker "nobody"/));
  });
});
