import assert from 'node:assert/strict';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Connection } from '../../src/core/connection';
import type { Worker, WorkerGroup } from '../../src/core/workerGroups';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { isAlive } from '../launch/processTree';
import { findPythonRedis } from '../launch/pythonRedis';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { productApi, rejection, run, useSetting } from './product';

interface Started {
  readonly group: string;
  readonly workers: readonly { readonly id: string; readonly name: string; readonly pid: number }[];
}

const password = 'correct-horse-battery';
const limitMs = 60_000;

/** Writes what it was started with to the file that its first argument names, and goes on until it is stopped. */
const reporter = `
  const { writeFileSync } = require('node:fs');
  const { REDIS_URL, REDIS_QUEUE, REDIS_STREAM, REDIS_CHANNEL, REDIS_CLIENT_NAME } = process.env;
  writeFileSync(process.argv[2], JSON.stringify({
    args: process.argv.slice(3), cwd: process.cwd(), file: __filename,
    env: { REDIS_URL, REDIS_QUEUE, REDIS_STREAM, REDIS_CHANNEL, REDIS_CLIENT_NAME },
    leaked: Object.keys(process.env).filter((name) => /^(REDIS_MESSAGING_|ELECTRON_RUN_AS_NODE)/.test(name)),
  }));
  process.on('SIGINT', () => process.exit(0));
  setInterval(() => {}, 1000);`;

describe('Script workers', () => {
  const teardown = new Teardown();
  let redis: RedisServer;
  let port: Connection;
  let connection: string;
  let folder: string;

  useSetting('interpreters', () => ({ '.js': process.execPath }));
  useSetting('worker.interruptSeconds', () => 1);
  useSetting('worker.terminateSeconds', () => 1);

  before(async () => {
    redis = await startRedis({ args: ['--requirepass', password] });
    port = openConnection({ host: redis.host, port: redis.port, db: 0, password }, 'test');
    await port.connect();
    const url = `redis://:${password}@${redis.host}:${redis.port}/0`;
    connection = (await run<{ id: string }>('connection.add', { url, name: 'script test' })).id;
    folder = await tempFolder(teardown, 'scripts');
  });
  afterEach(async () => {
    await run('worker.stopAll', {});
    for (const { id } of (await productApi()).workers()) await run('worker.dismiss', { group: id });
  });
  after(async () => {
    await run('connection.remove', { connection, confirmed: true });
    port?.dispose();
    await redis?.stop();
    await teardown.finish();
  });

  async function script(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  function start(argument: object): Promise<Started> {
    return run<Started>('worker.start', { connection, queue: 'q', ...argument });
  }

  it('are pointed at a queue by "target", too', async () => {
    const file = await script('target.js', 'setInterval(() => {}, 1000)');
    const base = { connection, script: file };
    const { group } = await run<Started>('worker.start', { ...base, target: 'by target' });
    assert.deepEqual((await groupOf(group))?.targets, [{ kind: 'queue', name: 'by target' }]);
    const same = await run<Started>('worker.runScript', { ...base, target: 'both', stream: 'both' });
    assert.deepEqual((await groupOf(same.group))?.targets, [{ kind: 'stream', name: 'both' }]);
    const { code, message } = await rejection('worker.start', { ...base, target: 'a', channel: 'b' });
    assert.equal(code, 'argument');
    assert.match(message, /"target" and "channel" name different things/);
  });

  async function groupOf(id: string): Promise<WorkerGroup | undefined> {
    return (await productApi()).workers().find((group) => group.id === id);
  }

  /** The only worker of a group once it is in this state. */
  function inState<Kind extends Worker['state']['kind']>(group: string, kind: Kind) {
    return until(limitMs, `${kind} of ${group}`, async () => {
      const state = (await groupOf(group))?.workers[0]?.state;
      return state?.kind === kind ? (state as Extract<Worker['state'], { kind: Kind }>) : undefined;
    });
  }

  async function report(file: string) {
    const text = await until(limitMs, `the report ${file}`, () =>
      readFile(file, 'utf8').then(
        (read) => (read.endsWith('}') ? read : undefined),
        () => undefined,
      ),
    );
    return JSON.parse(text) as Record<'args' | 'leaked', string[]> & {
      cwd: string;
      file: string;
      env: Record<string, string>;
    };
  }

  it('get names, paths and arguments as plain data, whatever a shell would do with them', async () => {
    const names = ['a b', `it's "q"`, '$(touch x)', '; rm -rf x', 'two\nlines', '-rf', 'ünï→`id`', '%PATH%&'];
    for (const [index, name] of names.entries()) {
      const place = join(folder, name);
      await mkdir(place, { recursive: true });
      const file = await script(join(name, `${name}.js`), reporter);
      const out = join(folder, `report-${index}`);
      await start({ script: file, queue: name, args: [out, ...names], cwd: place });
      const { args, cwd, env, file: ran, leaked } = await report(out);
      assert.deepEqual(args, names);
      assert.deepEqual([cwd, ran, env.REDIS_QUEUE], [place, file, name]);
      assert.deepEqual(leaked, []);
      assert.equal(env.REDIS_URL, `redis://:${password}@${redis.host}:${redis.port}/0`);
      for (const where of [place, folder, process.cwd()]) await assert.rejects(access(join(where, 'x')));
    }
  });

  it('get a stream or a channel by its kind, and let no other extension read the password', async () => {
    const file = await script('kinds.js', reporter);
    const out = join(folder, 'report-kinds');
    await start({ script: file, queue: undefined, stream: 's', channel: 'c', args: [out] });
    const { env } = await report(out);
    assert.deepEqual([env.REDIS_STREAM, env.REDIS_CHANNEL, env.REDIS_QUEUE], ['s', 'c', undefined]);
    const options = vscode.window.terminals.map((terminal) => terminal.creationOptions);
    assert.ok(options.length > 0 && !JSON.stringify(options).includes(password));
  });

  it('in Python take what is on the queue', async () => {
    const file = await script(
      'consume.py',
      `import os, redis
r = redis.Redis.from_url(os.environ["REDIS_URL"], client_name=os.environ["REDIS_CLIENT_NAME"])
while True:
    item = r.brpop(os.environ["REDIS_QUEUE"], 1)
    if item: r.rpush("seen", item[1])
`,
    );
    await port.send(['RPUSH', 'py queue', 'one', 'two', 'three']);
    const interpreter = await findPythonRedis();
    await start({ script: file, queue: 'py queue', interpreter, count: 2 });
    await until(limitMs, 'Consuming', async () =>
      Number(await port.send(['LLEN', 'seen'])) === 3 ? true : undefined,
    );
  });

  it('scale up and down, and keep the numbers of those that stay', async () => {
    const file = await script('scaled.js', reporter);
    const { group } = await start({ script: file, args: [join(folder, 'scaled')], count: 1 });
    const scale = (count: number) => run<Started>('worker.scale', { group, count });
    const numbers = async () => (await groupOf(group))?.workers.map(({ number }) => number);
    const three = await scale(3);
    assert.deepEqual(await numbers(), [1, 2, 3]);
    const pids = three.workers.map(({ pid }) => pid);
    for (const pid of pids) assert.ok(await isAlive(pid));
    await run('worker.stop', { id: three.workers[1]?.id });
    // The stopped one is started again before a new one is.
    await scale(4);
    assert.deepEqual(await numbers(), [1, 2, 3, 4]);
    const one = await scale(1);
    assert.deepEqual(
      one.workers.map(({ pid }) => pid),
      [pids[0]],
    );
    assert.deepEqual(await numbers(), [1]);
    assert.equal(await isAlive(pids[2] ?? 0), false);
    assert.deepEqual((await scale(0)).workers, []);
    assert.equal(await groupOf(group), undefined);
  });

  it('are restarted when they crash, later each time, until they are given up', async () => {
    const file = await script('crash.js', `console.error('boom'); process.exitCode = 3;`);
    const { group } = await start({ script: file, restartOnCrash: 2 });
    const first = await inState(group, 'waiting');
    assert.equal(first.attempt, 1);
    assert.equal(first.end.code, 3);
    assert.match(first.end.stderrTail, /boom/);
    const second = await until(limitMs, 'the second crash', async () => {
      const state = (await groupOf(group))?.workers[0]?.state;
      return state?.kind === 'waiting' && state.attempt === 2 ? state : undefined;
    });
    assert.ok(second.until - second.end.at > 1_500, 'waits for two seconds after the second crash');
    const ended = await inState(group, 'ended');
    assert.equal(ended.end.code, 3);
  });

  it('wait for no restart that was cancelled, nor for one whose terminal was closed', async () => {
    const file = await script('crash-long.js', `setTimeout(() => process.exit(3), 50);`);
    for (const cancel of ['command', 'terminal']) {
      const { group } = await start({ script: file, restartOnCrash: true });
      await inState(group, 'waiting');
      if (cancel === 'command') await run('worker.cancelRestart', { group });
      else vscode.window.terminals.find(({ name }) => name.startsWith('crash-long.js'))?.dispose();
      const ended = await inState(group, 'ended');
      assert.equal(ended.end.code, 3);
      await run('worker.dismiss', { group });
    }
  });

  it('that finish are not restarted', async () => {
    const file = await script('finish.js', 'setTimeout(() => {}, 50)');
    const { group } = await start({ script: file, restartOnCrash: true });
    assert.equal((await inState(group, 'ended')).end.code, 0);
  });

  it('that ignore SIGINT and SIGTERM are killed', async () => {
    const ready = join(folder, 'deaf-ready');
    const file = await script(
      'deaf.js',
      `for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => console.log(signal));
      setInterval(() => {}, 1000); require('node:fs').writeFileSync(process.argv[2], '{}');`,
    );
    const { group, workers } = await start({ script: file, args: [ready] });
    await report(ready);
    const { ended } = await run<{ ended: readonly { signal: string }[] }>('worker.stop', { group });
    assert.equal(ended[0]?.signal, 'SIGKILL');
    const state = (await groupOf(group))?.workers[0]?.state;
    assert.ok(state?.kind === 'ended' && state.stopped, 'it was stopped, and did not crash');
    assert.equal(await isAlive(workers[0]?.pid ?? 0), false);
  });

  it('stopped while they start are stopped, and have not failed', async () => {
    const file = await script('starting.js', 'setInterval(() => {}, 1000)');
    // It is refused where it was stopped before it ran.
    const starting = start({ script: file }).catch((error: unknown) => error);
    const { id } = await until(limitMs, 'the group', async () => (await productApi()).workers()[0]);
    await run('worker.stop', { group: id });
    await starting;
    const { stopped } = await inState(id, 'ended');
    assert.equal(stopped, true);
  });

  /**
   * After each 64 kB it asks the terminal where the cursor is, and goes on with the answer: so it never comes more than
   * 100,000 characters ahead of the window. There VS Code stops reading until less than 5,000 are unconfirmed, while the
   * window keeps up to 5,000 confirmations to itself: a terminal whose count comes to a multiple of 5,000 just then stands
   * still for ever, whatever runs in it (FlowControlConstants and AckDataBufferer in VS Code's terminal).
   */
  it('that print 100 MB end with their code, and the window goes on', async () => {
    const file = await script(
      'loud.js',
      `const line = 'x'.repeat(1023) + '\\n'; let left = 1600;
      process.stdin.setRawMode(true);
      process.stdin.on('data', () => { if (left-- > 0) more(); else process.exit(7); });
      const more = () => process.stdout.write(line.repeat(64) + '\\u001b[6n');
      more();`,
    );
    const { group } = await start({ script: file });
    const ended = await until(110_000, 'Printing', async () => {
      const state = (await groupOf(group))?.workers[0]?.state;
      return state?.kind === 'ended' ? state : undefined;
    });
    assert.equal(ended.end.code, 7);
  });

  it('say that their interpreter is missing, and how to name another', async () => {
    const file = await script('x.js', '');
    const missing = await rejection('worker.start', {
      connection,
      script: file,
      queue: 'q',
      interpreter: 'no-such-interpreter',
    });
    assert.match(
      missing.message,
      /x\.js #1 did not start: The program "no-such-interpreter" was not found on this machine\./,
    );
    assert.match(missing.hint, /redisMessaging\.interpreters/);
    const [group] = (await productApi()).workers();
    const state = group?.workers[0]?.state;
    assert.ok(state?.kind === 'ended' && state.why === 'notStarted');
    const unknown = await rejection('worker.start', {
      connection,
      script: await script('x.lua', ''),
      queue: 'q',
    });
    assert.match(unknown.message, /not known what runs a \.lua file/);
    assert.match(unknown.hint, /redisMessaging\.interpreters/);
  });

  it('say that their script is gone, at the start and at a restart', async () => {
    const gone = { connection, script: join(folder, 'gone.js'), queue: 'q' };
    const { message, code } = await rejection('worker.start', gone);
    assert.equal(code, 'notFound');
    assert.match(message, /gone\.js is not there/);
    const file = await script('going.js', 'setTimeout(() => {}, 50)');
    const { group, workers } = await start({ script: file });
    await inState(group, 'ended');
    await rm(file);
    const again = run('worker.restart', { id: workers[0]?.id });
    await assert.rejects(again, /going\.js #1 did not start: The script .*going\.js is not there/);
    assert.equal((await inState(group, 'ended')).why, 'notStarted');
    // It is back, and so is the worker, in the same terminal.
    await script('going.js', 'setInterval(() => {}, 1000)');
    await run('worker.restart', { id: workers[0]?.id });
    await inState(group, 'running');
  });

  it('end with the terminal that is closed by hand', async () => {
    const file = await script('closed.js', reporter);
    const { group, workers } = await start({ script: file, args: [join(folder, 'closed')] });
    vscode.window.terminals.find(({ name }) => name.startsWith('closed.js #1'))?.dispose();
    assert.equal((await inState(group, 'ended')).why, 'terminalClosed');
    await until(limitMs, 'Ending', async () => ((await isAlive(workers[0]?.pid ?? 0)) ? undefined : true));
  });

  it('are not started on a read-only connection without a word', async () => {
    const url = `redis://:${password}@${redis.host}:${redis.port}/0`;
    const { id } = await run<{ id: string }>('connection.add', { url, name: 'only reads', readOnly: true });
    const file = await script('ro.js', reporter);
    const argument = { connection: id, script: file, queue: 'q', args: [join(folder, 'ro')] };
    assert.equal((await rejection('worker.start', argument)).code, 'confirmation');
    const { group } = await run<Started>('worker.start', { ...argument, confirmed: true });
    await inState(group, 'running');
    await run('worker.stop', { group });
    await run('connection.remove', { connection: id, confirmed: true });
  });

  describe('that are saved', () => {
    useSetting('workers', () => ({
      one: {
        script: join(folder, 'saved.js'),
        queue: 'q',
        connection,
        args: [join(folder, 'saved')],
        count: 2,
      },
      two: { template: 'queueWorker', queue: 'q2', connection },
      both: ['one', 'two'],
      misfit: { template: 'channelSubscriber', queue: 'q', connection },
      wrong: { script: join(folder, 'saved.js'), qeue: 'q' },
    }));
    before(() => script('saved.js', reporter));

    it('are started by name, alone and as a compound', async () => {
      const one = await run<{ groups: readonly Started[] }>('worker.runSaved', { name: 'one' });
      assert.deepEqual(
        one.groups.map(({ workers }) => workers.length),
        [2],
      );
      const both = await run<{ groups: readonly Started[] }>('worker.runSaved', { name: 'both' });
      assert.deepEqual(
        both.groups.map(({ workers }) => workers.map(({ name }) => name)),
        [['saved.js #1', 'saved.js #2'], ['queue worker #1']],
      );
      assert.match((await rejection('worker.runSaved', { name: 'wrong' })).message, /no field "qeue"/);
      assert.match(
        (await rejection('worker.runSaved', { name: 'misfit' })).message,
        /A channel subscriber runs on a channel only/,
      );
      assert.equal((await rejection('worker.runSaved', { name: 'nobody' })).code, 'notFound');
    });

    it('come from what runs', async () => {
      const { group } = await start({
        script: join(folder, 'saved.js'),
        queue: 'a b',
        args: [join(folder, 'again'), '-x'],
        restartOnCrash: 2,
      });
      await run('worker.save', { group, name: 'three' });
      const saved = vscode.workspace
        .getConfiguration('redisMessaging')
        .get<Record<string, object>>('workers');
      assert.deepEqual(saved?.three, {
        script: join(folder, 'saved.js'),
        args: [join(folder, 'again'), '-x'],
        queue: 'a b',
        connection: 'script test',
        restartOnCrash: 2,
      });
      const { groups } = await run<{ groups: readonly Started[] }>('worker.runSaved', { name: 'three' });
      assert.equal(groups[0]?.workers[0]?.name, 'saved.js #1');
      const configuration = vscode.workspace.getConfiguration('redisMessaging');
      await configuration.update('workers', undefined, vscode.ConfigurationTarget.Workspace);
    });

    it('are tasks, which have not failed when their workers were stopped', async () => {
      const task = (await vscode.tasks.fetchTasks({ type: 'redisMessaging' })).find(
        ({ name }) => name === 'one',
      );
      assert.ok(task);
      const code = new Promise<number | undefined>((resolve) => {
        const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
          if (execution.task.name !== 'one') return;
          listening.dispose();
          resolve(exitCode);
        });
      });
      await vscode.tasks.executeTask(task);
      const group = await until(limitMs, 'the task starting its workers', async () =>
        (await productApi())
          .workers()
          .find(({ workers }) => workers.every(({ state }) => state.kind === 'running')),
      );
      await run('worker.stop', { group: group.id });
      assert.equal(await code, 0);
    });

    it('are tasks, which end with them and end them', async () => {
      const tasks = await vscode.tasks.fetchTasks({ type: 'redisMessaging' });
      assert.deepEqual(tasks.map(({ name }) => name).sort(), ['both', 'misfit', 'one', 'two']);
      const task = tasks.find(({ name }) => name === 'two');
      assert.ok(task);
      const ended = new Promise<void>((resolve) => {
        const listening = vscode.tasks.onDidEndTask(({ execution }) => {
          if (execution.task.name !== 'two') return;
          listening.dispose();
          resolve();
        });
      });
      const execution = await vscode.tasks.executeTask(task);
      const group = await until(limitMs, 'the task starting its worker', async () =>
        (await productApi()).workers().find(({ workers }) => workers[0]?.state.kind === 'running'),
      );
      execution.terminate();
      await ended;
      await inState(group.id, 'ended');
    });
  });

  describe('redis-cli', () => {
    it('runs in a terminal with the password that nobody can read there', async () => {
      const { terminal } = await run<{ terminal: string }>('terminal.redisCli', { connection });
      const found = vscode.window.terminals.find(({ name }) => name === terminal);
      assert.ok(found, terminal);
      assert.ok(!JSON.stringify(found.creationOptions).includes(password));
      await until(limitMs, 'redis-cli', async () => {
        found.sendText('SET from-cli "a b"');
        return String(await port.send(['GET', 'from-cli'])) === 'a b' ? true : undefined;
      });
      assert.deepEqual((await productApi()).workers(), [], 'it is no worker');
      await until(limitMs, 'Closing the terminal', () => {
        // It drops what is typed while it prepares its prompt.
        found.sendText('QUIT');
        return vscode.window.terminals.includes(found) ? undefined : true;
      });
    });

    describe('that is not there', () => {
      useSetting('redisCli.path', () => '/nowhere/redis-cli');

      it('is said with the setting that names it', async () => {
        const { code, message, hint } = await rejection('terminal.redisCli', { connection });
        assert.equal(code, 'notFound');
        assert.match(
          `${message} ${hint}`,
          /\/nowhere\/redis-cli is not there.*redisMessaging\.redisCli\.path/,
        );
      });
    });
  });
});
