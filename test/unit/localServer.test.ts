import assert from 'node:assert/strict';
import {
  keysOf,
  lastReason,
  localServerLaunch,
  localServerUrl,
  noServerFailure,
  serverProgram,
  wrongServerPath,
} from '../../src/core/localServer';

interface Place {
  readonly server: string;
  readonly docker: string;
  readonly folder: string;
}

const platforms: Readonly<Record<string, Place>> = {
  linux: {
    server: '/usr/bin/redis-server',
    docker: '/usr/bin/docker',
    folder:
      '/home/me/.config/Code/User/workspaceStorage/1a/redis-messaging.redis-messaging/local-redis/scratch-0',
  },
  darwin: {
    server: '/opt/homebrew/bin/valkey-server',
    docker: '/usr/local/bin/docker',
    folder: '/Users/me/Library/Application Support/Code/User/workspaceStorage/1a/local-redis/scratch-0',
  },
  win32: {
    server: 'C:\\Program Files\\Redis\\redis-server.exe',
    docker: 'C:\\Program Files\\Docker\\Docker\\resources\\bin\\docker.exe',
    folder: 'C:\\Users\\me & you\\AppData\\Roaming\\Code\\User\\workspaceStorage\\1a\\local-redis\\scratch-0',
  },
};

const common = { port: 6380, id: '1a2b3c4d', volume: 'redis-messaging-abc-0' };

for (const [platform, { server, docker, folder }] of Object.entries(platforms)) {
  describe(`the command of a local Redis on ${platform}`, () => {
    it('is the server itself, on loopback, without persistence', () => {
      const command = localServerLaunch({
        program: serverProgram(server),
        folder,
        persist: false,
        ...common,
      });
      assert.deepEqual(command, {
        name: /valkey/.test(server) ? 'valkey-server' : 'redis-server',
        program: server,
        args: [
          ...['--bind', '127.0.0.1', '--port', '6380', '--dir', folder],
          ...['--save', '', '--appendonly', 'no'],
        ],
        cwd: folder,
        env: {},
      });
    });

    it('keeps its data when asked', () => {
      const { args } = localServerLaunch({
        program: serverProgram(server),
        folder,
        persist: true,
        ...common,
      });
      assert.deepEqual(args.slice(-4), ['--save', '', '--appendonly', 'yes']);
    });

    it('is a container that is published on loopback only, and is removed', () => {
      const program = serverProgram(docker);
      assert.deepEqual({ kind: program.kind, name: program.name }, { kind: 'container', name: 'docker' });
      const command = localServerLaunch({ program, folder, persist: false, ...common });
      assert.equal(command.program, docker);
      assert.deepEqual(command.args, [
        ...['run', '--rm', '--publish', '127.0.0.1:6380:6379', '--name', 'redis-messaging-1a2b3c4d'],
        ...['docker.io/library/redis:7-alpine', 'redis-server', '--save', '', '--appendonly', 'no'],
      ]);
      assert.deepEqual(command.cleanUp, {
        program: docker,
        args: ['rm', '--force', 'redis-messaging-1a2b3c4d'],
      });
    });

    it('keeps the data of a container in a volume', () => {
      const { args } = localServerLaunch({
        program: serverProgram(docker),
        folder,
        persist: true,
        ...common,
      });
      assert.equal(args[args.indexOf('--volume') + 1], 'redis-messaging-abc-0:/data');
      assert.ok(args.indexOf('--volume') < args.indexOf('docker.io/library/redis:7-alpine'));
      assert.equal(args.at(-1), 'yes');
    });
  });
}

describe('a local Redis', () => {
  it('is reached at a loopback address', () => {
    assert.equal(localServerUrl(6380), 'redis://127.0.0.1:6380/0');
  });

  it('is run by docker or podman where the program is called so, else by the program itself', () => {
    const kinds = [
      '/usr/bin/podman',
      'D:\\Docker.EXE',
      '/opt/redis-7/src/redis-server',
      '/usr/bin/podman-redis',
    ];
    assert.deepEqual(
      kinds.map((path) => serverProgram(path).kind),
      ['container', 'container', 'server', 'server'],
    );
  });

  it('that nothing can run says what was tried and how to get one here', () => {
    const tried = [
      { name: 'redis-server' },
      { name: 'valkey-server' },
      { name: 'docker', problem: 'Cannot connect to the Docker daemon. Is it running?' },
      { name: 'podman' },
    ];
    const hints: Readonly<Record<string, RegExp>> = {
      linux: /"sudo apt-get install redis-server" or "sudo dnf install valkey".*redisMessaging\.server\.path/,
      freebsd: /apt-get/,
      darwin: /"brew install redis".*Docker Desktop/,
      win32: /does not run on Windows itself: start Docker Desktop, or open this folder in WSL/,
    };
    for (const [platform, hint] of Object.entries(hints)) {
      const failure = noServerFailure(tried, platform);
      assert.equal(failure.code, 'notFound');
      assert.equal(
        failure.message,
        'Nothing was found that can run a Redis. Not on the PATH: redis-server, valkey-server, podman. ' +
          'docker is there but does not answer: Cannot connect to the Docker daemon. Is it running?',
      );
      assert.match(failure.hint, hint);
    }
    const only = noServerFailure([{ name: 'docker', problem: 'no daemon' }], 'linux');
    assert.match(only.message, /run a Redis\. docker is there but does not answer: no daemon\.$/);
  });

  it('whose program is named wrongly says which', () => {
    const { code, message, hint } = wrongServerPath('/no/such\u202e\nthing');
    assert.equal(code, 'notFound');
    assert.match(message, /names \/no\/such\\u\{202e\}\\nthing, which is no program/);
    assert.match(hint, /redis-server, valkey-server, docker, podman/);
  });
});

describe('the reason why a server ended', () => {
  it('is what Redis said last, without its time', () => {
    const log = [
      '4711:C 21 Nov 2026 06:11:32.001 # Warning: no config file specified',
      '4711:M 21 Nov 2026 06:11:32.123 # Warning: Could not create server TCP listening socket 127.0.0.1:80: bind: Permission denied',
      '4711:M 21 Nov 2026 06:11:32.123 # Failed listening on port 80 (tcp), aborting.',
      '',
    ].join('\n');
    assert.equal(
      lastReason(log),
      'Warning: Could not create server TCP listening socket 127.0.0.1:80: bind: Permission denied Failed listening on port 80 (tcp), aborting.',
    );
  });

  it('is what docker said last, without its advice', () => {
    const log = `docker: Error response from daemon: Conflict.\r\n\r\nRun 'docker run --help' for more information\r\n`;
    assert.equal(lastReason(log), 'docker: Error response from daemon: Conflict.');
  });

  it('is bounded, on one line and with its escapes shown', () => {
    const reason = lastReason(`\u001b[31m${'x'.repeat(1_000)}`);
    assert.ok(reason.length < 310 && reason.startsWith('\\e[31mxxx'));
    assert.equal(lastReason('\n\n'), '');
  });
});

describe('the number of keys of a server', () => {
  it('is that of all its databases', () => {
    const keyspace = '# Keyspace\r\ndb0:keys=17,expires=0,avg_ttl=0\r\ndb12:keys=3,expires=1,avg_ttl=9\r\n';
    assert.equal(keysOf(keyspace), 20);
    assert.equal(keysOf('# Keyspace\r\n'), 0);
  });
});
