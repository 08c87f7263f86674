import assert from 'node:assert/strict';
import { isFailure } from '../../src/core/failure';
import {
  launcherTerminal,
  type WorkerProgram,
  type WorkerRuntime,
  type WorkerSpec,
  workerClientName,
  workerLaunch,
  workerTerminalName,
} from '../../src/core/workerLaunch';
import type { Endpoint } from '../../src/protocol/endpoint';

const endpoint: Endpoint = {
  host: 'redis.example',
  port: 6380,
  db: 2,
  username: 'app user',
  password: 'p@ss:w/rd#%',
};

const platforms: Readonly<Record<string, WorkerRuntime>> = {
  linux: { node: '/usr/lib/code/node', script: '/home/me/ext/dist/workers.js', electron: false },
  darwin: {
    node: '/Applications/Visual Studio Code.app/Contents/MacOS/Code Helper (Plugin)',
    script: '/Users/me/.vscode/ext/dist/workers.js',
    electron: true,
  },
  win32: {
    node: 'C:\\Program Files\\Microsoft VS Code\\Code.exe',
    script: 'C:\\Users\\me\\ext\\dist\\workers.js',
    electron: true,
  },
};

const awkwardNames = [
  'a b',
  `it's "quoted"`,
  '$(touch x)',
  '; rm -rf ~',
  '`id`',
  'two\nlines',
  '-rf',
  '--eval',
  '%PATH%',
  'ünï→',
];

function builtIn(target: string | { base64: string }): WorkerSpec {
  return {
    program: { kind: 'builtIn', template: 'queueWorker', options: { workMs: 300, consume: 'tail' } },
    group: 'queueWorker-1a2b3c4d',
    number: 2,
    targets: [{ kind: 'queue', name: target }],
    connectionName: 'local',
    endpoint,
  };
}

type Interpreter = Extract<WorkerProgram, { kind: 'script' }>['interpreter'];

function script(file: string, interpreter: Interpreter, target = 'q'): WorkerSpec {
  return {
    ...builtIn(target),
    program: { kind: 'script', file, interpreter, args: ['--verbose', 'a b'], cwd: '/work space' },
  };
}

describe('workerLaunch', () => {
  for (const [platform, runtime] of Object.entries(platforms)) {
    describe(`on ${platform}`, () => {
      it('runs our workers bundle, whatever the target is called', () => {
        for (const name of awkwardNames) {
          const command = workerLaunch(builtIn(name), runtime);
          assert.equal(command.program, runtime.node);
          assert.deepEqual(command.args, [runtime.script, 'run']);
          assert.deepEqual(command.builtIn?.targets, [{ kind: 'queue', name }]);
        }
      });

      it('keeps endpoint and target of a built-in worker out of argv and environment', () => {
        const { program, args, env } = workerLaunch(builtIn('orders'), runtime);
        const visible = JSON.stringify({ program, args, env });
        for (const secret of ['redis.example', 'app user', 'p@ss', 'orders'])
          assert.ok(!visible.includes(secret));
      });

      it('makes the editor’s executable a Node only where it is one of Electron', () => {
        const expected = runtime.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {};
        assert.deepEqual(workerLaunch(builtIn('q'), runtime).env, expected);
      });

      it('opens the terminal with the lease alone', () => {
        const lease = { address: '/tmp/x.sock', worker: 'worker-1', token: 'abc' };
        const terminal = launcherTerminal('queue worker #1 · q', runtime, lease);
        assert.equal(terminal.shellPath, runtime.node);
        assert.deepEqual(terminal.shellArgs, [runtime.script, 'launch']);
        assert.deepEqual(terminal.env, {
          ...(runtime.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
          REDIS_MESSAGING_LEASE: '/tmp/x.sock',
          REDIS_MESSAGING_WORKER: 'worker-1',
          REDIS_MESSAGING_TOKEN: 'abc',
        });
      });

      it('hands a script its file and arguments as they are, one argument each', () => {
        for (const name of awkwardNames) {
          const command = workerLaunch(script(`/w/${name}.py`, ['python3', '-u'], 'q'), runtime);
          assert.equal(command.program, 'python3');
          assert.deepEqual(command.args, ['-u', `/w/${name}.py`, '--verbose', 'a b']);
          assert.equal(command.cwd, '/work space');
        }
      });

      it('gives a script its target and Redis in the environment, as plain data', () => {
        for (const name of awkwardNames) {
          const { env, builtIn: none } = workerLaunch(script('/w/x.py', ['python3'], name), runtime);
          assert.equal(none, undefined);
          assert.equal(env.REDIS_QUEUE, name);
          assert.equal(env.REDIS_CLIENT_NAME, 'redis-messaging:queueWorker-1a2b3c4d:2');
          assert.equal(env.ELECTRON_RUN_AS_NODE, undefined);
          const url = new URL(env.REDIS_URL ?? '');
          assert.equal(decodeURIComponent(url.username), 'app user');
          assert.equal(decodeURIComponent(url.password), 'p@ss:w/rd#%');
          assert.equal(`${url.hostname}:${url.port}${url.pathname}`, 'redis.example:6380/2');
        }
      });
    });
  }

  const linux = platforms.linux as WorkerRuntime;

  it('takes a target of any bytes', () => {
    const base64 = Buffer.from([0xff, 0x00, 0x80]).toString('base64');
    assert.deepEqual(workerLaunch(builtIn({ base64 }), linux).builtIn?.targets[0]?.name, { base64 });
  });

  it('writes rediss, unix and IPv6 addresses as clients read them', () => {
    const url = (changes: Partial<Endpoint>): string | undefined => {
      const spec = script('/x.py', ['python3']);
      const plain: Endpoint = { host: 'h', port: 1, db: 0, ...changes };
      return workerLaunch({ ...spec, endpoint: plain }, linux).env.REDIS_URL;
    };
    assert.equal(url({}), 'redis://h:1/0');
    assert.equal(url({ tls: {} }), 'rediss://h:1/0');
    assert.equal(url({ host: '::1' }), 'redis://[::1]:1/0');
    assert.equal(url({ password: 'a b' }), 'redis://:a%20b@h:1/0');
    assert.equal(url({ path: '/run/my redis.sock', db: 3 }), 'unix:///run/my%20redis.sock?db=3');
  });

  it('refuses an empty name, and for a script one that is no text', () => {
    const refused = (error: unknown): boolean => isFailure(error) && error.code === 'argument';
    assert.throws(() => workerLaunch(builtIn(''), linux), refused);
    const bytes = { base64: Buffer.from([0xff]).toString('base64') };
    const program = script('/x.py', ['python3']).program;
    assert.throws(() => workerLaunch({ ...builtIn(bytes), program }, linux), refused);
    assert.throws(() => workerLaunch({ ...builtIn('a\0b'), program }, linux), refused);
  });

  it('names terminals on one line and clients without a space', () => {
    const name = workerTerminalName('queue worker', 1, [{ kind: 'queue', name: 'a\nb\u001b[31m$(zap)' }]);
    assert.equal(name, 'queue worker #1 · a\\nb\\e[31m\\$(zap)');
    assert.match(workerClientName('queueWorker-1a2b3c4d', 3), /^[!-~]+$/);
  });
});
