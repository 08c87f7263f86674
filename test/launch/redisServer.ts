import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type StartedProcess, startProcess } from './childProcess';
import { disableService, installDebianPackage } from './debianPackage';
import { findProgram } from './findProgram';
import { freePort } from './freePort';
import { until } from './limits';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';

/** A Redis (or Valkey) server of our own on a loopback port. */
export interface RedisServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  /** Its data folder, gone after `stop`. */
  readonly folder: string;
  /** Ends the server and removes its folder. Harmless when it has ended already. */
  stop(): Promise<void>;
}

/** Which server to start. */
export interface RedisOptions {
  /** Further arguments of redis-server, e.g. `['--maxmemory', '1mb']`. */
  args?: string[];
  /** A fixed port, e.g. to start again where a killed server was; otherwise a free one. */
  port?: number;
  /** Files that lie in its data folder, which its arguments name relative to that folder, before it starts. */
  files?: Readonly<Record<string, string | Buffer>>;
}

const startLimitMs = 60_000;
const portAttempts = 3;
const programs = ['redis-server', 'valkey-server'];

/**
 * Starts a Redis without persistence on a free loopback port and waits until it answers PING.
 * @throws an Error with the server's last lines when it does not come up, or with the command that gets a server
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = await ensureRedis();
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(program, options.port ?? (await freePort()), options);
    } catch (error) {
      const portTaken = error instanceof Error && /Address already in use|bind: /.test(error.message);
      if (!portTaken || options.port !== undefined || attempt === portAttempts) throw error;
    }
  }
}

/**
 * The path of redis-server or valkey-server; Debian's is installed when there is none and we may.
 * @throws an Error with the one command that gets a server on this machine
 */
export async function ensureRedis(): Promise<string> {
  const found = await findProgram(programs);
  if (found) return found;
  if (await installDebianPackage('redis-server')) {
    await disableService('redis-server');
    const now = await findProgram(programs);
    if (now) return now;
  }
  throw new Error(`No redis-server or valkey-server was found. ${howToGetRedis()}`);
}

/** One sentence with the one command that gets a Redis on this platform. */
export function howToGetRedis(): string {
  if (process.platform === 'darwin') return 'Get one with: brew install redis';
  if (process.platform === 'win32') {
    return 'Run one with: docker run --rm -p 6379:6379 redis:7 (then set REDIS_URL=redis://127.0.0.1:6379)';
  }
  return 'Get one with: sudo apt-get install redis-server (or your distribution’s package of redis or valkey)';
}

async function startOn(program: string, port: number, options: RedisOptions): Promise<RedisServer> {
  const teardown = new Teardown();
  const folder = await tempFolder(teardown, 'redis');
  const host = '127.0.0.1';
  try {
    for (const [name, content] of Object.entries(options.files ?? {})) {
      await writeFile(join(folder, name), content);
    }
    const server = await startProcess(program, [
      ...['--bind', host, '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'],
      ...(options.args ?? []),
    ]);
    teardown.add(`redis-server ${server.pid}`, () => server.stop());
    await answersPing(server, host, port);
    return {
      url: `redis://${host}:${port}`,
      host,
      port,
      pid: server.pid,
      folder,
      stop: () => teardown.finish(),
    };
  } catch (error) {
    await teardown.finish();
    throw error;
  }
}

/** Waits until the server answers a PING in any way: also an error such as NOAUTH or LOADING is an answer. */
async function answersPing(server: StartedProcess, host: string, port: number): Promise<void> {
  let exit: number | string | undefined;
  void server.ended.then((code) => {
    exit = code;
  });
  await until(startLimitMs, `Starting redis-server on port ${port}`, async () => {
    if (exit !== undefined) throw new Error(`redis-server ended with ${exit}\n${server.tail()}`);
    return (await ping(host, port)) ? true : undefined;
  });
}

/** True when a Redis answers there; false when nothing does within half a second. */
export function ping(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(500, () => finish(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => finish(answer[0] === 0x2b || answer[0] === 0x2d));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
}
