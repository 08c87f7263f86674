import assert from 'node:assert/strict';
import { parseConnectionUrl } from '../../src/core/connectionUrl';
import { isFailure } from '../../src/core/failure';
import { redisUrl } from '../../src/core/redisUrl';
import {
  launcherTerminal,
  type WorkerRuntime,
  type WorkerSpec,
  workerClientName,
  workerLaunch,
  workerTerminalName,
} from '../../src/core/workerLaunch';
import type { ComposeService, ProgramLine, RedisCliProgram } from '../../src/core/workerProgram';
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

function script(file: string, interpreter: ProgramLine, target = 'q'): WorkerSpec {
  return {
    ...builtIn(target),
    program: { kind: 'script', file, interpreter, args: ['--verbose', 'a b'], cwd: '/work space' },
  };
}

describe('redisUrl', () => {
  it('leads to the endpoint that it was made of, whatever is in it', () => {
    for (const place of [
      { host: 'redis.example', port: 6380 },
      { host: '::1', port: 6379 },
      { host: 'localhost', port: 6379, path: '/run/a b/what? #1%.sock' },
    ]) {
      const { password, ...parsed } = parseConnectionUrl(redisUrl({ ...endpoint, ...place }));
      assert.deepEqual(parsed.endpoint, { ...place, db: 2, username: 'app user' });
      assert.equal(password, endpoint.password);
    }
  });
});

describe('workerLaunch', () => {
  const linux = platforms.linux as WorkerRuntime;

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

  describe('in a compose service', () => {
    const compose = (part: Partial<ComposeService> = {}): WorkerSpec => {
      const spec = script('/work space/w.py', ['python3', '-u'], '$(touch x)');
      const { program } = spec;
      if (program.kind !== 'script') throw new Error('a script');
      const service: ComposeService = {
        command: ['docker', 'compose'],
        file: '/work space/compose.yaml',
        service: 'app',
        script: 'w.py',
        redisHost: 'redis',
        redisPort: 6379,
        ...part,
      };
      return { ...spec, program: { ...program, compose: service } };
    };

    it('reaches Redis by the name that it has there, also where this machine has a socket', () => {
      const endpoint = { host: 'localhost', port: 6379, path: '/run/redis.sock', db: 2 };
      const { env } = workerLaunch({ ...compose(), endpoint }, linux);
      assert.equal(env.REDIS_URL, 'redis://redis:6379/2');
    });

    for (const [platform, runtime] of Object.entries(platforms)) {
      it(`runs docker compose exec on ${platform}, one argument each, variables by name`, () => {
        const command = workerLaunch(compose(), runtime);
        assert.equal(command.program, 'docker');
        assert.deepEqual(command.args, [
          ...['compose', '--file', '/work space/compose.yaml', 'exec'],
          ...['--env', 'REDIS_URL', '--env', 'REDIS_QUEUE', '--env', 'REDIS_CLIENT_NAME'],
          ...['app', 'python3', '-u', 'w.py', '--verbose', 'a b'],
        ]);
        assert.equal(command.env.REDIS_QUEUE, '$(touch x)');
        assert.equal(command.env.REDIS_URL, 'redis://app%20user:p%40ss%3Aw%2Frd%23%25@redis:6379/2');
        assert.ok(!JSON.stringify([command.args, command.signal, command.cleanUp]).includes('p%40ss'));
      });
    }

    it('signals by name what runs there, and kills what is left', () => {
      const { signal, cleanUp } = workerLaunch(compose(), linux);
      const name = 'redis-messaging:queueWorker-1a2b3c4d:2';
      assert.deepEqual(signal?.args.slice(0, 8), [
        ...['compose', '--file', '/work space/compose.yaml', 'exec', '-T', 'app', 'sh', '-c'],
      ]);
      assert.deepEqual(signal?.args.slice(9), ['sh', name]);
      assert.deepEqual(cleanUp?.args, [...(signal?.args ?? []), 'KILL']);
    });

    it('takes no option for a service or a script', () => {
      for (const service of ['-rf', '--privileged', '', 'a b', '$(x)', 'a;b']) {
        assert.throws(() => workerLaunch(compose({ service }), linux), /is no name of a service/);
      }
      assert.ok(workerLaunch(compose({ script: '-c' }), linux).args.includes('./-c'));
    });

    it('runs in another compose program where the settings name one', () => {
      const { program, args } = workerLaunch(compose({ command: ['/opt/my podman', 'compose'] }), linux);
      assert.deepEqual([program, args[0]], ['/opt/my podman', 'compose']);
    });
  });

  describe('of redis-cli', () => {
    const cli = (part: Partial<Endpoint>, more: Partial<RedisCliProgram> = {}) => {
      const program: RedisCliProgram = {
        kind: 'redisCli',
        cli: ['/usr/bin/redis-cli'],
        cluster: false,
        ...more,
      };
      const plain: Endpoint = { host: 'h', port: 1, db: 0, ...part };
      return workerLaunch({ ...script('/x.py', ['p']), targets: [], program, endpoint: plain }, linux);
    };

    it('has the password in its own environment and nowhere else', () => {
      const { program, args, env, closeAtEnd } = cli({ username: 'me', password: '-p@ss word', db: 3 });
      assert.equal(program, '/usr/bin/redis-cli');
      assert.deepEqual(args, ['-h', 'h', '-p', '1', '-n', '3', '--user', 'me']);
      assert.deepEqual(env, { REDISCLI_AUTH: '-p@ss word' });
      assert.equal(closeAtEnd, true);
      assert.deepEqual(cli({}).env, {});
    });

    it('names TLS files by path, and the server', () => {
      const tls = { ca: '/my ca.pem', cert: '/c.pem', key: '/k.pem', servername: 'redis.example' };
      assert.deepEqual(cli({ tls: {} }, { tls }).args.slice(6), [
        ...[
          '--tls',
          '--cacert',
          '/my ca.pem',
          '--cert',
          '/c.pem',
          '--key',
          '/k.pem',
          '--sni',
          'redis.example',
        ],
      ]);
      assert.deepEqual(cli({ tls: {} }).args.slice(6), ['--tls', '--sni', 'h']);
      assert.deepEqual(cli({ tls: {}, host: '127.0.0.1' }).args.slice(6), ['--tls']);
    });

    it('takes a socket, and follows a cluster', () => {
      assert.deepEqual(cli({ path: '/run/my redis.sock' }).args, ['-s', '/run/my redis.sock', '-n', '0']);
      assert.deepEqual(cli({}, { cluster: true }).args, ['-h', 'h', '-p', '1', '-c']);
    });
  });

  it('takes a target of any bytes', () => {
    const base64 = Buffer.from([0xff, 0x00, 0x80]).toString('base64');
    assert.deepEqual(workerLaunch(builtIn({ base64 }), linux).builtIn?.targets[0]?.name, { base64 });
  });

  it('gives a script a stream, a channel or a pattern by the name of its kind', () => {
    const targets = [
      { kind: 'stream', name: 's 1' },
      { kind: 'stream', name: 's 2' },
      { kind: 'channel', name: 'c' },
      { kind: 'pattern', name: 'n.*' },
    ] as const;
    const { env } = workerLaunch({ ...script('/x.py', ['python3']), targets }, linux);
    assert.deepEqual([env.REDIS_STREAM, env.REDIS_CHANNEL, env.REDIS_PATTERN], ['s 1', 'c', 'n.*']);
    assert.equal(env.REDIS_QUEUE, undefined);
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
