import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Connection } from '../../src/core/connection';
import type { Worker, WorkerGroup } from '../../src/core/workerGroups';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { isAlive } from '../launch/processTree';
import { type RedisServer, startRedis } from '../launch/redisServer';

interface Started {
  readonly group: string;
  readonly workers: readonly { readonly id: string; readonly name: string; readonly pid: number }[];
}

/** What the extension's API tells of a worker. */
type Api = { workers(): readonly WorkerGroup[] };

interface Stopped {
  readonly ended: readonly {
    readonly id: string;
    readonly code: number | null;
    readonly signal: string | null;
  }[];
}

const password = 'correct-horse-battery';

describe('Workers', () => {
  let redis: RedisServer;
  let port: Connection;
  let connection: string;

  before(async () => {
    redis = await startRedis({ args: ['--requirepass', password] });
    port = openConnection({ host: redis.host, port: redis.port, db: 0, password }, 'test');
    await port.connect();
    const url = `redis://:${password}@${redis.host}:${redis.port}/0`;
    const added = await run<{ id: string }>('connection.add', { url, name: 'worker test' });
    connection = added.id;
  });
  after(async () => {
    for (const terminal of ourTerminals()) terminal.dispose();
    await run('connection.remove', { connection, confirmed: true });
    port?.dispose();
    await redis?.stop();
  });

  function run<Result>(command: string, argument: object): Promise<Result> {
    return Promise.resolve(vscode.commands.executeCommand<Result>(`redisMessaging.${command}`, argument));
  }

  function start(argument: object): Promise<Started> {
    return run<Started>('worker.start', { connection, ...argument });
  }

  function groupOf(id: string): WorkerGroup {
    const extension = vscode.extensions.getExtension<Api>('redis-messaging.redis-messaging');
    const group = extension?.exports.workers().find((each) => each.id === id);
    assert.ok(group, `there is a group ${id}`);
    return group;
  }

  /** Waits until all workers of a group have ended by themselves. */
  function finished(id: string): Promise<readonly Worker[]> {
    return until(60_000, `${id} ending`, () => {
      const { workers } = groupOf(id);
      return workers.every(({ state }) => state.kind === 'ended') ? workers : undefined;
    });
  }

  function ourTerminals(): vscode.Terminal[] {
    return vscode.window.terminals.filter(({ name }) => /^(queue|channel) \w+ #\d+ · /.test(name));
  }

  function terminalNames(): string[] {
    return ourTerminals().map(({ name }) => name);
  }

  /** Stops a group, removes it from the view, and waits until its terminals are closed. */
  async function stopAndDismiss(group: string): Promise<void> {
    await run('worker.stop', { group });
    await run('worker.dismiss', { group });
    await until(60_000, 'Closing terminals', () => (ourTerminals().length === 0 ? true : undefined));
  }

  async function length(queue: string): Promise<number> {
    return Number(await port.send(['LLEN', queue]));
  }

  function rejectsWith(code: string, pattern: RegExp) {
    return (error: unknown): boolean => {
      assert.ok(error instanceof Error);
      assert.equal((error as Error & { code?: string }).code, code, error.message);
      assert.match(error.message, pattern);
      return true;
    };
  }

  it('start as copies in terminals side by side, work, and stop gently', async () => {
    await port.send(['LPUSH', 'app:q 1', 'one', 'two', 'three', 'four']);
    const { group, workers } = await start({
      template: 'queueWorker',
      target: 'app:q 1',
      count: 2,
      options: { workMs: 50 },
    });
    assert.deepEqual(
      workers.map(({ name }) => name),
      ['queue worker #1', 'queue worker #2'],
    );
    for (const { pid } of workers) assert.ok(await isAlive(pid));
    const [first, second] = ourTerminals();
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(first.name, 'queue worker #1 · app:q 1');
    const { location } = second.creationOptions as vscode.TerminalOptions;
    assert.ok(typeof location === 'object' && 'parentTerminal' in location);
    assert.equal(location.parentTerminal, first);
    await until(60_000, 'Draining the queue', async () =>
      (await length('app:q 1')) === 0 ? true : undefined,
    );
    // The other one may have drained it while this one was still starting, and would just be ended by the signal.
    await until(60_000, 'Both being ready', () =>
      groupOf(group).workers.every(({ ready }) => ready) ? true : undefined,
    );
    const { ended } = await run<Stopped>('worker.stop', { group });
    assert.deepEqual(
      ended,
      workers.map(({ id }) => ({ id, code: 0, signal: null })),
    );
    for (const { pid } of workers) assert.equal(await isAlive(pid), false);
    await stopAndDismiss(group);
    await assert.rejects(run('worker.stop', { group }), rejectsWith('notFound', /There is no worker group/));
  });

  it('are not restarted on a connection that has become read-only since', async () => {
    const { group, workers } = await start({ template: 'queueWorker', target: 'ro' });
    await run('worker.stop', { group });
    await run('connection.edit', { connection, readOnly: true });
    try {
      await assert.rejects(
        run('worker.restart', { id: workers[0]?.id }),
        /did not start: The connection is read-only/,
      );
    } finally {
      await run('connection.edit', { connection, readOnly: false });
    }
    await stopAndDismiss(group);
  });

  it('restart once where that is asked for twice', async () => {
    const { group, workers } = await start({ template: 'queueWorker', target: 'twice' });
    const id = workers[0]?.id;
    type Restarted = { readonly pid: number };
    const [one, other] = await Promise.all([
      run<Restarted>('worker.restart', { id }),
      run<Restarted>('worker.restart', { id }),
    ]);
    assert.equal(one.pid, other.pid);
    assert.notEqual(one.pid, workers[0]?.pid);
    assert.ok(await isAlive(one.pid));
    await stopAndDismiss(group);
  });

  it('let no other extension read the password', async () => {
    const { group } = await start({ template: 'channelSubscriber', target: 'c', patterns: ['news.*'] });
    const options = ourTerminals().map((terminal) => terminal.creationOptions as vscode.TerminalOptions);
    assert.equal(options.length, 1);
    assert.ok(!JSON.stringify(options).includes(password));
    assert.deepEqual(Object.keys(options[0]?.env ?? {}).sort(), [
      ...(process.versions.electron === undefined ? [] : ['ELECTRON_RUN_AS_NODE']),
      'REDIS_MESSAGING_LEASE',
      'REDIS_MESSAGING_TOKEN',
      'REDIS_MESSAGING_WORKER',
    ]);
    await stopAndDismiss(group);
  });

  it('restart in their place and their terminal', async () => {
    const { group, workers } = await start({ template: 'queueWorker', target: 'q', count: 2 });
    const [old] = workers;
    assert.ok(old);
    const terminals = ourTerminals();
    // Twice: while it runs, and when it has ended.
    let last = old;
    for (const stopped of [false, true]) {
      if (stopped) await run('worker.stop', { id: old.id });
      const again: Started['workers'][number] = await run<Started['workers'][number]>('worker.restart', {
        id: old.id,
      });
      assert.deepEqual({ id: again.id, name: again.name }, { id: old.id, name: old.name });
      assert.notEqual(again.pid, last.pid);
      assert.equal(await isAlive(last.pid), false);
      assert.ok(await isAlive(again.pid));
      last = again;
    }
    assert.deepEqual(ourTerminals(), terminals);
    await stopAndDismiss(group);
  });

  it('restart in a new terminal where theirs was closed', async () => {
    const { group, workers } = await start({ template: 'queueWorker', target: 'q' });
    const [old] = workers;
    assert.ok(old);
    ourTerminals()[0]?.dispose();
    await finished(group);
    const again = await run<Started['workers'][number]>('worker.restart', { id: old.id });
    assert.equal(again.id, old.id);
    assert.equal(ourTerminals().length, 1);
    await stopAndDismiss(group);
  });

  it('end with their terminal, and stay in the view until dismissed', async () => {
    const { workers } = await start({ template: 'queueWorker', target: 'q' });
    const [worker] = workers;
    assert.ok(worker);
    ourTerminals()[0]?.dispose();
    await until(60_000, 'Ending with the terminal', async () =>
      (await isAlive(worker.pid)) ? undefined : true,
    );
    await assert.rejects(
      run('worker.showTerminal', { id: worker.id }),
      rejectsWith('notFound', /terminal of this worker was closed/),
    );
    await run('worker.dismiss', { id: worker.id });
    await assert.rejects(run('worker.restart', { id: worker.id }), rejectsWith('notFound', /no worker/));
  });

  it('tell with which code they ended by themselves', async () => {
    await port.send(['SET', 'text', 'no list']);
    const { group } = await start({ template: 'queueWorker', target: 'text' });
    const [worker] = await finished(group);
    assert.equal(worker?.state.kind, 'ended');
    const { end, why } = worker.state;
    assert.deepEqual({ why, code: end.code, signal: end.signal }, { why: 'exit', code: 1, signal: null });
    assert.match(end.stderrTail, /BRPOP was refused: the key holds another type/);
    await stopAndDismiss(group);
  });

  it('are refused with a sentence, and nothing is started', async () => {
    const template = 'queueWorker';
    await assert.rejects(start({ template, target: '' }), rejectsWith('argument', /name is empty/));
    await assert.rejects(start({ template }), rejectsWith('argument', /"target" is missing/));
    await assert.rejects(start({ template: 'magic', target: 'q' }), rejectsWith('argument', /"template"/));
    await assert.rejects(start({ template, target: 'q', count: 0 }), rejectsWith('argument', /"count"/));
    await assert.rejects(
      start({ template, target: 'q', options: { rate: 1 } }),
      rejectsWith('argument', /has no option "rate"/),
    );
    await assert.rejects(
      start({ template, targets: ['q1', 'q2'] }),
      rejectsWith('argument', /has one target/),
    );
    await assert.rejects(
      run('worker.start', { template, target: 'q', connection: 'nobody' }),
      rejectsWith('noConnection', /nobody/),
    );
    await assert.rejects(
      start({ template, target: 'q', queue: 'r' }),
      rejectsWith('argument', /"target" and "queue" name different things/),
    );
    await assert.rejects(
      start({ template, stream: 's' }),
      rejectsWith('argument', /queue worker runs on a queue only/),
    );
    await assert.rejects(
      start({ template: 'priorityWorker', patterns: ['q*'] }),
      rejectsWith('argument', /takes no patterns/),
    );
    await assert.rejects(
      start({ template: 'reliableWorker', target: 'q', options: { crashAt: 'soon' } }),
      rejectsWith('argument', /"crashAt" must be one of never, leased/),
    );
    await assert.rejects(
      start({ template: 'streamProducer', target: 's', options: { message: '{random:2-1}' } }),
      rejectsWith('argument', /no range/),
    );
    assert.deepEqual(terminalNames(), []);
  });

  it('of every kind start from code', async () => {
    await port.send(['LPUSH', 'low', 'm']);
    const kinds: readonly [template: string, targets: readonly string[], options: object][] = [
      ['priorityWorker', ['high', 'low'], { workMs: 0, drain: true }],
      ['jobProducer', ['mail'], { count: 2, rate: 100 }],
      ['jobWorker', ['mail'], { workMs: 0, drain: true }],
      ['queueProducer', ['orders'], { count: 2, rate: 100, delaySeconds: 0.1 }],
      ['delayedScheduler', ['orders'], { drain: true }],
      ['reliableWorker', ['orders'], { workMs: 0, drain: true }],
      ['streamProducer', ['events'], { count: 2, rate: 100 }],
      ['streamConsumer', ['events'], { workMs: 0, drain: true }],
    ];
    for (const [template, targets, options] of kinds) {
      const { group } = await start({ template, targets, options });
      const workers = await finished(group);
      assert.deepEqual(
        workers.map(({ state }) => state.kind === 'ended' && state.end.code),
        [0],
        template,
      );
      await run('worker.dismiss', { group });
    }
    for (const queue of ['low', 'mail', 'orders']) assert.equal(await length(queue), 0, queue);
  });

  it('are pointed at a queue, a stream or channels by the kind’s name, too', async () => {
    for (const [argument, targets] of [
      [
        { template: 'queueWorker', queue: 'by kind', target: 'by kind' },
        [{ kind: 'queue', name: 'by kind' }],
      ],
      [
        { template: 'priorityWorker', queue: ['high', 'low'] },
        ['high', 'low'].map((name) => ({ kind: 'queue', name })),
      ],
      [
        { template: 'channelSubscriber', channel: 'news', pattern: 'order_*', patterns: ['x*'] },
        [
          { kind: 'channel', name: 'news' },
          { kind: 'pattern', name: 'order_*' },
          { kind: 'pattern', name: 'x*' },
        ],
      ],
    ] as const) {
      const { group } = await start(argument);
      assert.deepEqual(groupOf(group).targets, targets);
      await run('worker.stop', { group });
      await run('worker.dismiss', { group });
    }
  });

  it('take names that a shell would run as plain data', async () => {
    const names = ['$(touch x)', '; rm -rf x', 'two\nlines', '-rf', `it's "quoted"`, '[x](command:y)'];
    for (const target of names) {
      await port.send(['LPUSH', target, 'm']);
      const { group } = await start({ template: 'queueWorker', target, options: { workMs: 0 } });
      await until(60_000, `Taking from ${target}`, async () =>
        (await length(target)) === 0 ? true : undefined,
      );
      await stopAndDismiss(group);
    }
  });

  describe('in the tutorial', () => {
    it('give each order to one of two workers, and to all subscribers', async () => {
      const groups = await run<Record<'producer' | 'workers' | 'publisher' | 'subscribers', Started>>(
        'tutorial.queueAgainstPubSub',
        { connection, count: 4 },
      );
      assert.equal(groups.workers.workers.length, 2);
      assert.equal(groups.subscribers.workers.length, 2);
      await Promise.all([finished(groups.producer.group), finished(groups.publisher.group)]);
      const counts = (group: string): number[] => groupOf(group).workers.map(({ count }) => count?.done ?? 0);
      await until(60_000, 'Processing', () =>
        counts(groups.workers.group).reduce((sum, done) => sum + done, 0) >= 4 ? true : undefined,
      );
      for (const { group } of Object.values(groups)) await run('worker.stop', { group });
      assert.deepEqual(counts(groups.producer.group), [4]);
      const [one = 0, other = 0] = counts(groups.workers.group);
      assert.equal(one + other, 4);
      assert.deepEqual(counts(groups.publisher.group), [4]);
      assert.deepEqual(counts(groups.subscribers.group), [4, 4]);
      for (const { group } of Object.values(groups)) await run('worker.dismiss', { group });
      await until(60_000, 'Closing terminals', () => (ourTerminals().length === 0 ? true : undefined));
      assert.equal(await length('queue1'), 0);
    });

    it('do not mix with what is on queue1 already, unless told to', async () => {
      await port.send(['LPUSH', 'queue1', 'precious']);
      await assert.rejects(
        run('tutorial.queueAgainstPubSub', { connection }),
        rejectsWith('confirmation', /queue1 already holds 1/),
      );
      assert.equal(await length('queue1'), 1);
      assert.deepEqual(terminalNames(), []);
    });
  });
});
