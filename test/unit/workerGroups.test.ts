import assert from 'node:assert/strict';
import {
  type EndedState,
  failed,
  type GroupDefinition,
  isAlive,
  WorkerGroups,
  type WorkerState,
} from '../../src/core/workerGroups';
import {
  groupDescription,
  groupLabel,
  workerDescription,
  workerRow,
  workerTooltip,
} from '../../src/core/workerWords';
import type { WorkerEnd } from '../../src/protocol/workerLease';

const definition: GroupDefinition = {
  id: 'queueWorker-1',
  program: { kind: 'builtIn', template: 'queueWorker', options: {} },
  targets: [{ kind: 'queue', name: 'task_queue' }],
  connection: { id: 'c1', name: 'local' },
  restarts: 5,
};

const starting: WorkerState = { kind: 'starting' };

function ending(
  part: Partial<WorkerEnd>,
  why: 'exit' | 'notStarted' | 'terminalClosed' | 'lost' = 'exit',
): EndedState {
  return { kind: 'ended', why, end: { code: 0, signal: null, stderrTail: '', at: 0, ...part } };
}

function twoWorkers(): WorkerGroups {
  const groups = new WorkerGroups();
  groups.add(definition, [
    { id: 'w1', number: 1, state: starting },
    { id: 'w2', number: 2, state: starting },
  ]);
  return groups;
}

function only(groups: WorkerGroups) {
  const [group] = groups.all;
  assert.ok(group);
  return group;
}

describe('WorkerGroups', () => {
  it('says how many of a group run, start and ended', () => {
    const groups = twoWorkers();
    assert.equal(groupLabel(only(groups)), 'queue worker on task_queue');
    assert.equal(groupDescription(only(groups)), '2 starting');
    groups.setState('w1', { kind: 'running', pid: 7, since: 0, stopping: false });
    assert.equal(groupDescription(only(groups)), '1 running · 1 starting');
    groups.setState('w2', ending({ code: 1 }));
    assert.equal(groupDescription(only(groups)), '1 running · 1 ended');
  });

  it('shows pid, uptime and counts of a running worker', () => {
    const groups = twoWorkers();
    groups.setState('w1', { kind: 'running', pid: 4711, since: 1_000, stopping: false });
    groups.setCount('w1', { done: 12, perSecond: 1.25, held: false });
    const described = (now: number): string => {
      const [worker] = only(groups).workers;
      assert.ok(worker);
      return workerDescription(definition, worker, now);
    };
    assert.equal(described(2_000), 'running · 12 processed · 1.3/s · pid 4711 · just started');
    assert.equal(described(14_000), 'running · 12 processed · 1.3/s · pid 4711 · 10 s');
    assert.equal(described(181_000), 'running · 12 processed · 1.3/s · pid 4711 · 3 min');
    groups.setState('w1', { kind: 'running', pid: 4711, since: 1_000, stopping: true });
    assert.match(described(2_000), /^stopping /);
  });

  it('says how each worker ended, and keeps what it had counted', () => {
    const groups = twoWorkers();
    groups.setCount('w1', { done: 5, perSecond: 2, held: false });
    const described = (state: WorkerState): string => {
      groups.setState('w1', state);
      const found = groups.find('w1');
      assert.ok(found);
      return workerDescription(definition, found.worker, 0);
    };
    assert.equal(described(ending({ code: 3 })), 'exited with 3 · 5 processed');
    assert.equal(described(ending({ code: null, signal: 'SIGKILL' })), 'ended by SIGKILL · 5 processed');
    assert.equal(described(ending({}, 'terminalClosed')), 'ended, its terminal was closed · 5 processed');
    assert.equal(described(ending({}, 'lost')), 'ended, its launcher was killed · 5 processed');
    assert.equal(described(ending({}, 'notStarted')), 'could not be started · 5 processed');
  });

  it('shows the last lines of stderr of a worker that ended, without colours and controls', () => {
    const groups = twoWorkers();
    const stderrTail = `first\n\u001b[31mTraceback\u001b[39m\r\n  \u202Eevil\n${'x'.repeat(500)}\n`;
    groups.setState('w1', ending({ code: 1, stderrTail }));
    const found = groups.find('w1');
    assert.ok(found);
    const lines = workerTooltip(definition, found.worker, 0).split('\n');
    assert.equal(lines[0], 'queue worker on task_queue #1');
    assert.deepEqual(lines.slice(3, 6), ['first', 'Traceback', '  \\u{202e}evil']);
    assert.equal(lines[6]?.length, 201);
  });

  it('counts a worker as failed unless it finished or was asked to end', () => {
    assert.equal(failed(starting), false);
    assert.equal(failed(ending({ code: 0 })), false);
    assert.equal(failed(ending({ code: 1 })), true);
    assert.equal(failed(ending({ code: null, signal: 'SIGINT' })), false);
    assert.equal(failed(ending({ code: 130 })), false);
    assert.equal(failed(ending({ code: 1, interrupted: true })), false);
    assert.equal(failed(ending({ code: null, signal: 'SIGSEGV', interrupted: true })), true);
    assert.equal(failed(ending({ code: 143 })), false);
    assert.equal(failed(ending({ code: 137 })), true);
    assert.equal(failed(ending({ code: null, signal: 'SIGKILL' })), true);
    assert.equal(failed(ending({ code: null }, 'terminalClosed')), false);
    assert.equal(failed(ending({ code: null }, 'lost')), true);
    for (const code of [130, 143]) assert.equal(failed(ending({ code })), false, `${code}`);
  });

  it('counts no worker as failed that was stopped, however it ended, and says so', () => {
    const groups = twoWorkers();
    const described = (state: WorkerState): string => {
      groups.setState('w1', state);
      const found = groups.find('w1');
      assert.ok(found);
      return workerDescription(definition, found.worker, 0);
    };
    const stopped = (end: Partial<WorkerEnd>) => ({ ...ending(end), stopped: true }) as const;
    assert.equal(described(stopped({ code: 0 })), 'exited with 0');
    assert.equal(described(stopped({ code: 1 })), 'stopped, exited with 1');
    assert.equal(
      described(stopped({ code: null, signal: 'SIGKILL' })),
      'killed, since it did not stop when asked',
    );
    assert.equal(failed(stopped({ code: 1 })), false);
    assert.equal(failed(stopped({ code: null, signal: 'SIGKILL' })), false);
    assert.equal(failed(ending({ code: null }, 'notStarted')), true);
    assert.equal(described({ kind: 'starting', stopping: true }), 'stopping');
    const never = { ...ending({ code: null }, 'notStarted'), stopped: true } as const;
    assert.equal(described(never), 'stopped before it had started');
    assert.equal(failed(never), false);
  });

  it('forgets what the last program did when a slot starts anew', () => {
    const groups = twoWorkers();
    groups.setReady('w1');
    groups.setCount('w1', { done: 5, perSecond: 2, held: false });
    groups.setState('w1', starting);
    assert.deepEqual(groups.find('w1')?.worker, { id: 'w1', number: 1, state: starting, ready: false });
  });

  it('counts down to the restart of a crashed worker, which counts as failed', () => {
    const groups = twoWorkers();
    const { end } = { ...ending({ code: 1 }) } as Extract<WorkerState, { kind: 'ended' }>;
    groups.setState('w1', { kind: 'waiting', end, why: 'exit', until: 10_000, attempt: 2 });
    const found = groups.find('w1');
    assert.ok(found);
    const text = workerDescription(found.group, found.worker, 6_500);
    assert.equal(text, 'restarts in 4 s (2 of 5) · exited with 1');
    assert.equal(groupDescription(only(groups)), '1 starting · 1 to restart');
    assert.equal(failed(found.worker.state), true);
    assert.equal(isAlive(found.worker), true);
  });

  it('shows what a connection does while its worker runs, and not afterwards', () => {
    const groups = twoWorkers();
    groups.setState('w1', { kind: 'running', pid: 7, since: 0, stopping: false });
    groups.setActivities(new Map([['w1', 'blocked in BRPOP 3 s']]));
    const described = (): string => {
      const found = groups.find('w1');
      return found === undefined ? '' : workerDescription(found.group, found.worker, 0);
    };
    assert.equal(described(), 'running · blocked in BRPOP 3 s · pid 7 · just started');
    const [worker] = only(groups).workers;
    assert.ok(worker);
    assert.equal(workerRow(definition, worker, 0), 'blocked in BRPOP 3 s · pid 7 · just started');
    groups.setState('w1', ending({ code: 0 }));
    assert.equal(described(), 'exited with 0');
    groups.setState('w1', { kind: 'running', pid: 8, since: 0, stopping: false });
    assert.equal(described(), 'running · pid 8 · just started');
  });

  it('says that a worker waits for its terminal, before what its connection does, and only while it runs', () => {
    const groups = twoWorkers();
    groups.setState('w1', { kind: 'running', pid: 7, since: 0, stopping: false });
    groups.setActivities(new Map([['w1', 'idle']]));
    groups.setCount('w1', { done: 3, perSecond: 0, held: true });
    const [held] = only(groups).workers;
    assert.ok(held);
    assert.equal(
      workerRow(definition, held, 0),
      'waits for its terminal · 3 processed · pid 7 · just started',
    );
    assert.match(workerTooltip(definition, held, 0), /\nCtrl\+S in its terminal holds it back/);
    groups.setState('w1', ending({ code: 0 }));
    const [ended] = only(groups).workers;
    assert.ok(ended);
    assert.equal(workerDescription(definition, ended, 0), 'exited with 0 · 3 processed');
    assert.ok(!workerTooltip(definition, ended, 0).includes('Ctrl+S'));
  });

  it('takes further copies, and names a script by its file', () => {
    const groups = twoWorkers();
    groups.extend(definition.id, [{ id: 'w3', number: 3, state: starting }]);
    assert.deepEqual(
      only(groups).workers.map(({ number }) => number),
      [1, 2, 3],
    );
    const program = { kind: 'script', file: 'C:\\w\\my worker.py', args: [], cwd: 'C:\\w' } as const;
    assert.equal(groupLabel({ program, targets: definition.targets }), 'my worker.py on task_queue');
    assert.equal(groupLabel({ program, targets: [] }), 'my worker.py');
  });

  it('removes a group with its last worker, and ignores what it does not know', () => {
    const groups = twoWorkers();
    groups.setState('nobody', starting);
    groups.remove('w1');
    assert.deepEqual(
      only(groups).workers.map(({ id }) => id),
      ['w2'],
    );
    groups.remove('w2');
    assert.deepEqual(groups.all, []);
  });
});
