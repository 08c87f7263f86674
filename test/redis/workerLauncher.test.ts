import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workerLaunch } from '../../src/core/workerLaunch';
import type { ComposeService } from '../../src/core/workerProgram';
import type { WorkerCommand } from '../../src/protocol/workerLease';
import { until } from '../launch/limits';
import { isAlive } from '../launch/processTree';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { builtIn, runtime, userProgram, WorkerHost } from './workerHost';

describe('Worker launcher', () => {
  let host: WorkerHost;

  beforeEach(() => {
    host = new WorkerHost();
  });
  afterEach(() => host.end());

  it('gives the worker the terminal, its arguments as they are, and nothing of the lease', async () => {
    const awkward = ['a b', `it's "quoted"`, '$(touch x)', 'two\nlines', '-rf', '; exit 1'];
    const pty = await host.launch(
      'w',
      userProgram(
        `console.log(JSON.stringify({
          tty: [process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY === true],
          args: process.argv.slice(1),
          lease: Object.keys(process.env).filter((name) => name.startsWith('REDIS_MESSAGING_')),
        }) + 'END')`,
        ...awkward,
      ),
    );
    await pty.shows('END');
    const line = pty.output().slice(0, pty.output().indexOf('END'));
    assert.deepEqual(JSON.parse(line), { tty: [true, true, false], args: awkward, lease: [] });
  });

  it('tells exit code and the last of stderr, shows both, and closes on Enter', async () => {
    const code = `process.stderr.write('x'.repeat(20000) + '\\nTypeError: broken\\n'); process.exitCode = 3`;
    const pty = await host.launch('w', userProgram(code));
    const { end } = await host.event('w', 'ended');
    assert.equal(end.code, 3);
    assert.equal(end.signal, null);
    assert.equal(end.stderrTail.length, 8_192);
    assert.ok(end.stderrTail.endsWith('x\nTypeError: broken\n'));
    await pty.shows('TypeError: broken');
    await pty.shows(/script #1 ended after .* with exit code 3 · press Enter to close/);
    pty.type('\r');
    assert.equal(await pty.ended, 0);
  });

  it('says that Enter gives up the restart of what has crashed', async () => {
    const crash = { ...userProgram('process.exitCode = 3'), restart: { most: 2, crashes: 1 } };
    const crashed = await host.launch('w', crash);
    await crashed.shows('with exit code 3 · restarts in 2 s · press Enter to give up the restart');
    const often = await host.launch('often', { ...crash, restart: { most: 2, crashes: 2 } });
    await often.shows('with exit code 3 · press Enter to close');
    const done = await host.launch('done', { ...userProgram(''), restart: { most: 2, crashes: 0 } });
    await done.shows('with exit code 0 · press Enter to close');
    crashed.type('\r');
    assert.equal(await crashed.ended, 0);
  });

  it('tells the signal that ended the worker', async () => {
    await host.launch('w', userProgram(`process.kill(process.pid, 'SIGKILL')`));
    assert.deepEqual((await host.event('w', 'ended')).end.signal, 'SIGKILL');
  });

  it('says which program could not be started', async () => {
    const pty = await host.launch('w', { name: 'x #1', program: 'no-such-python', args: [], env: {} });
    assert.match(
      (await host.event('w', 'notStarted')).reason,
      /^The program "no-such-python" was not found on this machine\.$/,
    );
    await pty.shows('x #1 did not start · press Enter to close');
  });

  it('says which folder is missing, although the system takes the program for it', async () => {
    await host.launch('w', { ...userProgram(''), cwd: '/no/such folder' });
    assert.match(
      (await host.event('w', 'notStarted')).reason,
      /^The folder \/no\/such folder in which it is to run does not exist\.$/,
    );
  });

  it('says why the command could not be made, and closes', async () => {
    const pty = await host.launch('w', () => Promise.reject(new Error('no password')));
    assert.equal((await host.event('w', 'notStarted')).reason, 'no password');
    assert.equal(await pty.ended, 0);
  });

  it('runs again in the same terminal, and gives the keyboard to what runs', async () => {
    const pty = await host.launch('w', userProgram('process.exit(1)'));
    assert.equal((await host.event('w', 'ended')).end.code, 1);
    await pty.shows('press Enter to close');
    const echo = `process.stdin.once('data', (line) => { console.log('got ' + line); process.exit(5); });
      console.log('your turn')`;
    assert.ok(host.runAgain('w', userProgram(echo)));
    await pty.shows('your turn');
    pty.type('hello\r');
    assert.equal((await host.event('w', 'ended')).end.code, 5);
    await pty.shows('got hello');
    await pty.shows('with exit code 5 · press Enter to close');
    pty.type('\r');
    assert.equal(await pty.ended, 0);
  });

  it('stopped before it has its command, gets none', async () => {
    let make: (command: WorkerCommand) => void = () => undefined;
    let asked = false;
    const pty = await host.launch('w', () => {
      asked = true;
      return new Promise((resolve) => {
        make = resolve;
      });
    });
    await until(30_000, 'Asking for the command', () => asked || undefined);
    host.stop('w');
    assert.match((await host.event('w', 'notStarted')).reason, /stopped before it had started/);
    make(userProgram('console.log("runs")'));
    assert.equal(await pty.ended, 0);
    assert.ok(!pty.output().includes('runs'));
    assert.deepEqual(
      host.events.map(({ kind }) => kind),
      ['notStarted', 'disconnected'],
    );
  });

  it('told twice to run, runs once; told to stop meanwhile, stops', async () => {
    const pty = await host.launch('w', userProgram('process.exit(1)'));
    await host.event('w', 'ended');
    const code = 'console.log("runs " + process.pid + " x"); setInterval(() => {}, 1000)';
    host.runAgain('w', userProgram(code));
    host.runAgain('w', userProgram(code));
    // Right behind the commands.
    await until(30_000, 'Both commands', () => host.events.length === 2 || undefined);
    host.stop('w');
    assert.equal((await host.event('w', 'ended')).end.signal, 'SIGINT');
    assert.equal(host.events.filter(({ kind }) => kind === 'started').length, 1, pty.output());
  });

  it('has ended when all that its program had started has, which is killed if need be', async () => {
    const code = `
      const { spawn } = require('node:child_process');
      if (process.argv.at(-1) === 'child') {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
        console.log('grandchild ' + process.pid + ' x');
        setInterval(() => {}, 1000);
      } else {
        if (process.argv.at(-1) === 'stubborn') process.on('SIGINT', () => {}).on('SIGTERM', () => {});
        spawn(process.execPath, [...process.execArgv, '--', 'child'], { stdio: 'inherit' });
        setInterval(() => {}, 1000);
      }`;
    for (const parent of ['obedient', 'stubborn']) {
      const pty = await host.launch(parent, userProgram(code, parent));
      await pty.shows(/grandchild \d+ x/);
      const grandchild = Number(/grandchild (\d+) x/.exec(pty.output())?.[1]);
      host.stop(parent, { interruptMs: 300, terminateMs: 300 });
      const { end } = await host.event(parent, 'ended');
      assert.equal(end.signal, parent === 'obedient' ? 'SIGINT' : 'SIGKILL');
      await until(30_000, `${parent}: its child is gone`, async () =>
        (await isAlive(grandchild)) ? undefined : true,
      );
    }
  });

  it('is missed when it is killed, and takes a built-in worker with it', async () => {
    const endpoint = { host: '127.0.0.1', port: 1, db: 0 };
    await host.launch('w', builtIn('queueWorker', 'q', endpoint));
    const worker = (await host.event('w', 'started')).pid;
    process.kill((await host.event('w', 'accepted')).pid, 'SIGKILL');
    await host.event('w', 'disconnected');
    await until(30_000, 'Ending with its launcher', async () => ((await isAlive(worker)) ? undefined : true));
  });

  it('leaves Ctrl+C to the worker while it lives, and closes by it afterwards', async () => {
    const code = `
      process.once('SIGINT', () => { console.log('first'); process.once('SIGINT', () => process.exit(4)); });
      console.log('ready'); setInterval(() => {}, 1000)`;
    const pty = await host.launch('w', userProgram(code));
    await pty.shows('ready');
    pty.type('\u0003');
    await pty.shows('first');
    pty.type('\u0003');
    assert.equal((await host.event('w', 'ended')).end.code, 4);
    await pty.shows('press Enter');
    pty.type('\u0003');
    assert.equal(await pty.ended, 0);
  });

  it('takes what ends by Ctrl+C with a code of its own for stopped, and what crashes later for crashed', async () => {
    const code = `
      process.on('SIGINT', () => { console.log('heard'); setTimeout(() => process.exit(1), 50); });
      console.log('ready'); setInterval(() => {}, 1000)`;
    const restart = { most: 2, crashes: 0 };
    const pty = await host.launch('w', { ...userProgram(code), restart });
    await pty.shows('ready');
    pty.type('\u0003');
    const { end } = await host.event('w', 'ended');
    assert.deepEqual([end.code, end.interrupted], [1, true]);
    await pty.shows('with exit code 1 · press Enter to close');
    host.runAgain('w', { ...userProgram('process.exitCode = 1'), restart });
    await pty.shows('restarts in 1 s');
    const again = (await host.event('w', 'ended')).end;
    assert.deepEqual([again.code, again.interrupted], [1, undefined]);
  });

  it('stops with SIGINT, after 5 s SIGTERM, after 5 s more SIGKILL', async () => {
    const code = `
      const begin = Date.now();
      for (const signal of ['SIGINT', 'SIGTERM']) {
        process.on(signal, () => console.log(signal + ' ' + Math.round((Date.now() - begin) / 5000)));
      }
      console.log('ready'); setInterval(() => {}, 1000)`;
    const pty = await host.launch('w', userProgram(code));
    await pty.shows('ready');
    const begin = Date.now();
    host.stop('w');
    host.stop('w');
    const { end } = await host.event('w', 'ended');
    assert.equal(end.signal, 'SIGKILL');
    assert.ok(Date.now() - begin > 9_500);
    assert.deepEqual(pty.output().match(/SIG(?:INT|TERM) \d/g), ['SIGINT 0', 'SIGTERM 1']);
    await pty.shows('was ended by SIGKILL');
  });

  it('waits between the signals for as long as it is told', async () => {
    const code = `
      process.on('SIGINT', () => console.log('SIGINT')); process.on('SIGTERM', () => console.log('SIGTERM'));
      console.log('ready'); setInterval(() => {}, 1000)`;
    const pty = await host.launch('w', userProgram(code));
    await pty.shows('ready');
    const begin = Date.now();
    host.stop('w', { interruptMs: 1_000, terminateMs: 500 });
    assert.equal((await host.event('w', 'ended')).end.signal, 'SIGKILL');
    assert.ok(Date.now() - begin >= 1_400);
    await pty.shows('SIGTERM');
  });

  it('closes with a program that is a shell of its own, unless that failed', async () => {
    const shell = (code: string) => ({ ...userProgram(code), closeAtEnd: true as const });
    const pty = await host.launch('w', shell(''));
    assert.equal(await pty.ended, 0);
    const failed = await host.launch('v', shell('process.exit(1)'));
    await failed.shows('with exit code 1 · press Enter to close');
  });

  it('keeps what ended on the screen when the next command cannot be made', async () => {
    const pty = await host.launch('w', userProgram('process.exit(1)'));
    await host.event('w', 'ended');
    assert.ok(host.runAgain('w', () => Promise.reject(new Error('the script is gone'))));
    assert.equal((await host.event('w', 'notStarted')).reason, 'the script is gone');
    assert.ok(host.runAgain('w', userProgram('process.exit(2)')));
    assert.equal((await host.event('w', 'ended')).end.code, 2);
    await pty.shows('with exit code 2');
  });

  describe('of a worker in a compose service', () => {
    const teardown = new Teardown();
    after(() => teardown.finish());

    /** A docker whose containers are sessions of this machine: as the real one, it passes no signal on. */
    const docker = `#!/bin/sh
      while [ "$1" != exec ]; do shift; done; shift
      while :; do case "$1" in --env) shift 2;; -T) shift;; *) break;; esac; done
      shift
      exec setsid --wait "$@"`;

    async function launched(code: string) {
      const folder = await tempFolder(teardown, 'compose');
      const program = join(folder, 'docker');
      await writeFile(program, docker, { mode: 0o755 });
      await writeFile(join(folder, 'w.js'), code);
      const compose: ComposeService = {
        command: [program, 'compose'],
        file: join(folder, 'compose.yaml'),
        service: 'app',
        script: join(folder, 'w.js'),
        redisHost: 'redis',
      };
      const script = { kind: 'script', file: '/w.js', args: [folder], cwd: folder, compose } as const;
      const command = workerLaunch(
        {
          program: { ...script, interpreter: [process.execPath] },
          group: `script-${randomBytes(4).toString('hex')}`,
          number: 1,
          targets: [{ kind: 'queue', name: '$(touch x)' }],
          connectionName: 'test',
          endpoint: { host: '127.0.0.1', port: 6379, db: 0, password: 'p w' },
        },
        runtime,
      );
      return { pty: await host.launch('w', command), folder };
    }

    const main = `
      const { writeFileSync } = require('node:fs');
      console.log(process.env.REDIS_QUEUE, process.env.REDIS_URL);
      writeFileSync(process.argv[2] + '/pid', String(process.pid));`;

    async function pidIn(folder: string): Promise<number> {
      const text = await until(30_000, 'its pid', () =>
        readFile(join(folder, 'pid'), 'utf8').then(
          (read) => read || undefined,
          () => undefined,
        ),
      );
      return Number(text);
    }

    it('interrupts what runs there', async () => {
      const code = `${main} process.on('SIGINT', () => { writeFileSync(process.argv[2] + '/signal', 'SIGINT'); process.exit(0); });
        setInterval(() => {}, 1000)`;
      const { pty, folder } = await launched(code);
      const pid = await pidIn(folder);
      await pty.shows('$(touch x) redis://:p%20w@redis:6379/0');
      host.stop('w');
      await host.event('w', 'ended');
      assert.equal(await readFile(join(folder, 'signal'), 'utf8'), 'SIGINT');
      assert.equal(await isAlive(pid), false);
    });

    it('kills there what obeys no signal', async () => {
      const code = `${main} for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => {}); setInterval(() => {}, 1000)`;
      const { folder } = await launched(code);
      const pid = await pidIn(folder);
      host.stop('w', { interruptMs: 500, terminateMs: 500 });
      await host.event('w', 'ended');
      await until(30_000, 'Ending there', async () => ((await isAlive(pid)) ? undefined : true));
    });

    it('leaves nothing there when its terminal is closed', async () => {
      const { pty, folder } = await launched(
        `${main} process.on('SIGINT', () => {}); setInterval(() => {}, 1000)`,
      );
      const pid = await pidIn(folder);
      pty.hangUp();
      await until(30_000, 'Ending there', async () => ((await isAlive(pid)) ? undefined : true));
    });
  });

  it('takes 100 MB of stderr without keeping them', async () => {
    const code = `
      const block = Buffer.alloc(1 << 20, 'y'); let left = 100;
      const more = () => { while (left-- > 0) if (!process.stderr.write(block)) return process.stderr.once('drain', more);
        process.stderr.write('the end\\n'); };
      more();`;
    await host.launch('w', userProgram(code));
    const accepted = await host.event('w', 'accepted');
    const { end } = await host.event('w', 'ended', 30_000);
    assert.equal(end.code, 0);
    assert.ok(end.stderrTail.endsWith('yyythe end\n'));
    const peak = await until(30_000, 'Reading its memory', async () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${accepted.pid}/status`, 'utf8'))?.[1]),
    );
    assert.ok(peak < 250_000, `the launcher took ${peak} kB`);
  });
});
