import * as l10n from '@vscode/l10n';
import type { WorkerCommand } from '../protocol/workerLease';
import { displayText } from './displayText';
import { Failure } from './failure';
import { databasesIn } from './serverInfo';

/** What can run a local Redis, in the order in which it is looked for on the PATH. */
export const serverPrograms = ['redis-server', 'valkey-server', 'docker', 'podman'] as const;

const image = 'docker.io/library/redis:7-alpine';
const host = '127.0.0.1';

/** A program that was found: a server of its own, or one that runs it in a container. */
export interface ServerProgram {
  readonly kind: 'server' | 'container';
  /** Absolute path. */
  readonly path: string;
  /** File name without ending, as people call it. */
  readonly name: string;
}

export interface LocalServerSpec {
  readonly program: ServerProgram;
  readonly port: number;
  /** The server's own folder: empty, or with what it kept the last time. */
  readonly folder: string;
  /** Keep the data on disk, and begin with what is there. */
  readonly persist: boolean;
  /** Names the container. */
  readonly id: string;
  /** Names the volume in which a container keeps its data. */
  readonly volume: string;
}

/** Whose program a path is; what is neither docker nor podman is taken for a server. */
export function serverProgram(path: string): ServerProgram {
  const file = path.split(/[\\/]/).pop() ?? path;
  const name = file.replace(/\.exe$/i, '');
  return { kind: /^(docker|podman)$/i.test(name) ? 'container' : 'server', path, name };
}

/** What the keeper runs. Arguments only, no shell; a server listens on this machine's loopback address and nowhere else. */
export function localServerLaunch(spec: LocalServerSpec): WorkerCommand {
  const { program, port, folder, persist, id, volume } = spec;
  const storing = ['--save', '', '--appendonly', persist ? 'yes' : 'no'];
  const command = { name: program.name, program: program.path, cwd: folder, env: {} };
  if (program.kind === 'server') {
    const place = ['--bind', host, '--port', String(port), '--dir', folder];
    return { ...command, args: [...place, ...storing] };
  }
  const container = `redis-messaging-${id}`;
  const data = persist ? ['--volume', `${volume}:/data`] : [];
  const place = ['--publish', `${host}:${port}:6379`, '--name', container];
  return {
    ...command,
    args: ['run', '--rm', ...place, ...data, image, 'redis-server', ...storing],
    // Ending `docker run` need not end its container: not by force, and on Windows not at all.
    cleanUp: { program: program.path, args: ['rm', '--force', container] },
  };
}

/** How people and programs reach it. */
export function localServerUrl(port: number): string {
  return `redis://${host}:${port}/0`;
}

/** A program that was looked for in vain: not found, or found and of no use for this reason. */
export interface TriedProgram {
  readonly name: string;
  readonly problem?: string;
}

/** Nothing can run a Redis: says what was tried, and how to get one on this system. */
export function noServerFailure(tried: readonly TriedProgram[], platform: string): Failure {
  const missing = tried.filter(({ problem }) => problem === undefined).map(({ name }) => name);
  const broken = tried.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [l10n.t('{0} is there but does not answer: {1}', name, sentence(problem))],
  );
  const notThere = missing.length === 0 ? [] : [l10n.t('Not on the PATH: {0}.', missing.join(', '))];
  const message = [l10n.t('Nothing was found that can run a Redis.'), ...notThere, ...broken].join(' ');
  return new Failure('notFound', message, { hint: howToGetOne(platform) });
}

function howToGetOne(platform: string): string {
  switch (platform) {
    case 'darwin':
      return l10n.t(
        'Run "{0}", start Docker Desktop, or name a program in the setting {1}.',
        'brew install redis',
        'redisMessaging.server.path',
      );
    case 'win32':
      return l10n.t(
        'Redis does not run on Windows itself: start Docker Desktop, or open this folder in WSL and run "{0}" there.',
        'sudo apt-get install redis-server',
      );
    default:
      return l10n.t(
        'Run "{0}" or "{1}", start Docker or Podman, or name a program in the setting {2}.',
        'sudo apt-get install redis-server',
        'sudo dnf install valkey',
        'redisMessaging.server.path',
      );
  }
}

/** The program that the setting names cannot be run. */
export function wrongServerPath(path: string): Failure {
  return new Failure(
    'notFound',
    l10n.t('The setting redisMessaging.server.path names {0}, which is no program here.', displayText(path)),
    {
      hint: l10n.t(
        'Correct the setting, or empty it: then {0} are looked for on the PATH.',
        serverPrograms.join(', '),
      ),
    },
  );
}

/** The last that a server, docker or podman wrote before it gave up, as a sentence; empty where it wrote nothing. */
export function lastReason(log: string): string {
  const lines = log
    .split(/\r?\n/)
    // "4711:M 21 Nov 2026 06:11:32.123 # " before what it says.
    .map((line) => line.replace(/^\d+:[A-Z] .{10,30}? [.*#-] /, '').trim())
    .filter((line) => line !== '' && !/^(Run|See) '.* --help'/.test(line));
  return sentence(lines.slice(-2).join(' '));
}

function sentence(text: string): string {
  const shown = displayText(text.trim(), 300);
  return shown === '' || /[.!?…]$/.test(shown) ? shown : `${shown}.`;
}

/** How many keys a server holds in all its databases, from its INFO keyspace. */
export function keysOf(keyspace: string): number {
  return databasesIn(keyspace).reduce((sum, { keys }) => sum + keys, 0);
}
