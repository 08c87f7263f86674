import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../src/core/connection';
import { list } from '../../src/core/redisReply';
import { openConnection } from '../../src/redis/openConnection';
import { type StartedProcess, startProcess } from '../launch/childProcess';
import { until, within } from '../launch/limits';
import { root } from '../launch/paths';
import { present } from '../launch/present';
import { findPythonRedis } from '../launch/pythonRedis';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';

export const limitMs = 30_000;
const folder = join(root, 'media', 'scripts');

/** A script that runs, and what it has printed. */
export interface Running {
  readonly lines: readonly string[];
  readonly process: StartedProcess;
  shows(text: string): Promise<void>;
  /** Signals it, unless it has ended. */
  signal(name: NodeJS.Signals): void;
  /** Ctrl+C. @returns the exit code */
  interrupt(): Promise<number | string>;
}

/** A Redis of its own, and the scripts of the templates on it. */
export class ScriptBed {
  private readonly running: Running[] = [];

  private constructor(
    private readonly teardown: Teardown,
    readonly redis: RedisServer,
    readonly port: Connection,
    private readonly python: string,
    private readonly place: string,
  ) {}

  static async make(): Promise<ScriptBed> {
    const teardown = new Teardown();
    const python = await findPythonRedis();
    const redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    const port = openConnection({ host: redis.host, port: redis.port, db: 0 }, 'test');
    await port.connect();
    teardown.add('the client', async () => port.dispose());
    const place = await tempFolder(teardown, 'templates');
    await symlink(join(root, 'node_modules'), join(place, 'node_modules'), 'junction');
    return new ScriptBed(teardown, redis, port, python, place);
  }

  /** Ends the scripts that still run. */
  async endScripts(): Promise<void> {
    for (const each of this.running.splice(0)) await each.process.stop();
  }

  async end(): Promise<void> {
    await this.endScripts();
    await this.teardown.finish();
  }

  async start(script: string, env: Record<string, string>, args: string[] = []): Promise<Running> {
    const file = script.includes('/') ? script : join(folder, script);
    const lines: string[] = [];
    const [program, before] = file.endsWith('.py') ? [this.python, ['-u']] : [process.execPath, []];
    const started = await startProcess(program, [...before, file, ...args], {
      env: {
        REDIS_URL: `${this.redis.url}/0`,
        REDIS_CLIENT_NAME: 'redis-messaging:script:1',
        PYTHONDONTWRITEBYTECODE: '1',
        ...env,
      },
      onLine: (line) => lines.push(line),
    });
    const run: Running = {
      lines,
      process: started,
      shows: (text) =>
        until(limitMs, `"${text}" of ${script} after:\n${lines.join('\n')}`, () =>
          lines.some((line) => line.includes(text)) ? true : undefined,
        ).then(() => undefined),
      signal: (name) => signal(started.pid, name),
      interrupt: () => {
        signal(started.pid, 'SIGINT');
        return within(limitMs, `The end of ${script}`, started.ended);
      },
    };
    this.running.push(run);
    return run;
  }

  /** A script with lines of it changed, as its reader would: each is followed by what takes its place. */
  async changed(script: string, ...changes: readonly string[]): Promise<string> {
    let text = await readFile(join(folder, script), 'utf8');
    for (let index = 0; index + 1 < changes.length; index += 2) {
      const [line = '', by = ''] = changes.slice(index, index + 2);
      assert.equal(text.split(line).length, 2, `${script} has the line ${line} once`);
      text = text.replace(line, () => by);
    }
    const file = join(this.place, `changed-${script}`);
    await writeFile(file, text);
    return file;
  }

  /** The messages of a list; bytes that are no ASCII as one character each. */
  async texts(queue: string): Promise<string[]> {
    const messages = list(await this.port.send(['LRANGE', queue, 0, -1])) as Buffer[];
    return messages.map((message) => message.toString('latin1'));
  }

  async emptied(queue: string): Promise<void> {
    await until(limitMs, `Emptying ${queue}`, async () =>
      Number(await this.port.send(['LLEN', queue])) === 0 ? true : undefined,
    );
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Gives the tests of the surrounding `describe` a bed, emptied before each of them and ended after the last. */
export function useScripts(): () => ScriptBed {
  let bed: ScriptBed | undefined;

  before('make a bed for scripts', async () => {
    bed = await ScriptBed.make();
  });
  beforeEach('empty Redis', () => bed?.port.send(['FLUSHALL']));
  afterEach('end the scripts', () => bed?.endScripts());
  after('end the bed', () => bed?.end());

  return () => present(bed);
}
