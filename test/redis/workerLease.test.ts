import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { WorkerCommand } from '../../src/protocol/workerLease';
import { until } from '../launch/limits';
import { isAlive } from '../launch/processTree';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { userProgram, WorkerHost } from './workerHost';

/** Starts a child of its own; both ignore every signal that can be ignored. */
const stubborn = `
  const { spawn } = require('node:child_process');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  if (process.argv.at(-1) === 'child') setInterval(() => {}, 1000);
  else {
    const child = spawn(process.execPath, [...process.execArgv, '--', 'child'], { stdio: 'ignore' });
    console.log('grandchild ' + child.pid + ' x');
    setInterval(() => {}, 1000);
  }`;
/** Longer than a busy machine may keep a host from renewing it, and short enough to be waited for. */
const leaseMs = 4_000;
const patient = 'console.log("here"); setInterval(() => {}, 1000)';

async function gone(pids: readonly number[], limitMs: number): Promise<void> {
  await until(limitMs, `Ending ${pids.join(', ')}`, async () => {
    const alive = await Promise.all(pids.map(isAlive));
    return alive.includes(true) ? undefined : true;
  });
}

describe('Worker lease', () => {
  const hosts: WorkerHost[] = [];

  function newHost(options?: ConstructorParameters<typeof WorkerHost>[0]): WorkerHost {
    const host = new WorkerHost(options);
    hosts.push(host);
    return host;
  }

  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.end()));
  });

  /** Runs a stubborn worker. Returns the ids of launcher, worker and the worker's child. */
  async function startStubborn(host: WorkerHost): Promise<number[]> {
    const pty = await host.launch('w', userProgram(stubborn));
    const launcher = (await host.event('w', 'accepted')).pid;
    const worker = (await host.event('w', 'started')).pid;
    await pty.shows(/grandchild \d+ x/);
    return [launcher, worker, Number(/grandchild (\d+) x/.exec(pty.output())?.[1])];
  }

  it('ends the whole process group when the window is gone and the extension host lives on', async () => {
    let there = true;
    const host = newHost({ leaseMs, windowIsThere: () => there });
    const pids = await startStubborn(host);
    // Two leases long it is renewed.
    await assert.rejects(gone(pids.slice(1, 2), 2 * leaseMs));
    there = false;
    await gone(pids, 30_000);
  });

  it('ends the whole process group when the extension host is gone', async () => {
    const host = newHost({ leaseMs });
    const pids = await startStubborn(host);
    host.dispose();
    await gone(pids, 30_000);
  });

  it('ends the whole process group when its terminal is closed', async () => {
    const host = newHost();
    const pty = await host.launch('w', userProgram(stubborn));
    const launcher = (await host.event('w', 'accepted')).pid;
    const worker = (await host.event('w', 'started')).pid;
    await pty.shows(/grandchild \d+ x/);
    pty.hangUp();
    await gone([launcher, worker, Number(/grandchild (\d+) x/.exec(pty.output())?.[1])], 30_000);
  });

  it('ends also what an obedient program has left behind', async () => {
    const host = newHost({ leaseMs });
    const obedient = stubborn.replace(
      'setInterval(() => {}, 1000);\n  }',
      "process.on('SIGTERM', () => process.exit(0));$&",
    );
    const pty = await host.launch('w', userProgram(obedient));
    await pty.shows(/grandchild \d+ x/);
    host.dispose();
    await gone([Number(/grandchild (\d+) x/.exec(pty.output())?.[1])], 30_000);
  });

  it('removes what a program left elsewhere when it ends, is stopped, or nobody renews', async () => {
    const teardown = new Teardown();
    const folder = await tempFolder(teardown, 'clean');
    const cleaned = (name: string): NonNullable<WorkerCommand['cleanUp']> => {
      const file = JSON.stringify(join(folder, name));
      return { program: process.execPath, args: ['-e', `require('fs').appendFileSync(${file}, 'x')`] };
    };
    const host = newHost({ leaseMs });
    const detached = await host.launchDetached('ends', {
      ...userProgram('process.exit(5)'),
      cleanUp: cleaned('ends'),
    });
    assert.equal((await host.event('ends', 'ended')).end.code, 5);
    // Without a terminal nobody would press Enter.
    await gone([detached], 30_000);
    for (const name of ['stopped', 'lapsed']) {
      await host.launchDetached(name, { ...userProgram(patient), cleanUp: cleaned(name) });
      await host.event(name, 'started');
    }
    host.stop('stopped');
    await host.event('stopped', 'ended');
    assert.deepEqual((await readdir(folder)).sort(), ['ends', 'stopped']);
    const { pid } = await host.event('lapsed', 'started');
    host.dispose();
    await gone([pid], 30_000);
    await until(30_000, 'Cleaning up', async () => ((await readdir(folder)).length === 3 ? true : undefined));
    for (const name of await readdir(folder)) assert.equal(await readFile(join(folder, name), 'utf8'), 'x');
    await teardown.finish();
  });

  it('is taken over by the next host of the same window, which learns all', async () => {
    const first = newHost({ leaseMs: 10_000 });
    const code = 'process.stderr.write("some trouble\\n"); setTimeout(() => process.exit(7), 2000)';
    const pty = await first.launch('w', userProgram(code));
    await first.launch('v', userProgram(patient));
    const { pid } = await first.event('w', 'started');
    const living = await first.event('v', 'started');
    first.dispose();
    // It ends while nobody listens.
    await pty.shows('ended after');
    const second = newHost({ leaseMs: 10_000, workspace: first.workspace, hashes: first.hashes });
    assert.equal(await second.open(), 0);
    const w = (await second.event('w', 'resumed')).launcher;
    const v = (await second.event('v', 'resumed')).launcher;
    assert.equal(w.child?.pid, pid);
    assert.equal(w.end?.code, 7);
    assert.equal(w.end?.stderrTail, 'some trouble\n');
    assert.equal(v.child?.pid, living.pid);
    assert.equal(v.end, undefined);
    // Longer than the lease: the new host renews it.
    await assert.rejects(gone([living.pid], 11_000));
    second.stop('v');
    assert.equal((await second.event('v', 'ended')).end.signal, 'SIGINT');
  });

  it('takes a token once, and a resume secret only from its launcher', async () => {
    const host = newHost();
    await host.launch('w', userProgram(patient));
    await host.event('w', 'started');
    const said = (greeting: object): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(host.address, () => socket.write(`${JSON.stringify(greeting)}\n`));
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
      });
    for (const greeting of [
      { kind: 'hello', worker: 'w', token: 'wrong', pid: 1 },
      { kind: 'resume', worker: 'w', resume: 'wrong', pid: 1, ready: false },
      { kind: 'resume', worker: 'w', resume: host.hashes.get('w'), pid: 1, ready: false },
      { kind: 'resume', worker: 'nobody', resume: '', pid: 1, ready: false },
    ]) {
      assert.equal(await said(greeting), '{"kind":"refused","reason":"unknown"}\n');
    }
    assert.equal(await said({ kind: 'started', child: { pid: 1, since: 1 } }), '');
    assert.equal(host.events.filter(({ kind }) => kind === 'accepted').length, 1);
  });

  it('gives each window on a workspace an address of its own, and that of a vanished one to the next', async () => {
    let there = true;
    const first = newHost({ windowIsThere: () => there });
    const second = newHost({ workspace: first.workspace });
    assert.equal(await first.open(), 0);
    assert.equal(await second.open(), 1);
    there = false;
    const third = newHost({ workspace: first.workspace });
    assert.equal(await third.open(), 0);
    assert.equal(third.address, first.address);
  });

  it('closes a terminal that the editor revived with the token of another day', async () => {
    const host = newHost();
    const pty = await host.launch('w', userProgram(patient));
    await host.event('w', 'started');
    host.stop('w');
    await host.event('w', 'ended');
    pty.type('\r');
    assert.equal(await pty.ended, 0);
    const revived = await host.launchWithToken('w', 'token of another day');
    assert.equal(await revived.ended, 0);
  });
});
