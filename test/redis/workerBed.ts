import type { Connection } from '../../src/core/connection';
import type { WorkerTemplate } from '../../src/core/workerTemplates';
import type { Endpoint } from '../../src/protocol/endpoint';
import type { WorkerEnd } from '../../src/protocol/workerLease';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import type { PtyProcess } from './ptyProcess';
import { builtIn, WorkerHost } from './workerHost';

const limitMs = 30_000;

/** A Redis of its own, with built-in workers on it. */
export class WorkerBed {
  host = new WorkerHost();
  private started = 0;

  private constructor(
    private readonly redis: RedisServer,
    private readonly endpoint: Endpoint,
    private readonly port: Connection,
  ) {}

  /** `args` are further arguments of redis-server. */
  static async make(args: string[] = []): Promise<WorkerBed> {
    const redis = await startRedis({ args });
    const endpoint = { host: redis.host, port: redis.port, db: 0 };
    const port = openConnection(endpoint, 'test');
    await port.connect();
    return new WorkerBed(redis, endpoint, port);
  }

  /** Ends the workers and the server. */
  async end(): Promise<void> {
    await this.host.end();
    this.port.dispose();
    await this.redis.stop();
  }

  /** Ends the workers that still run. */
  async endWorkers(): Promise<void> {
    await this.host.end();
    this.host = new WorkerHost();
  }

  /** Starts a worker; each is another copy of the same group. */
  async start(
    template: WorkerTemplate,
    target: string | readonly string[],
    options: Readonly<Record<string, unknown>> = {},
    number = this.started + 1,
  ): Promise<BedWorker> {
    this.started += 1;
    const id = `w${this.started}`;
    const { host } = this;
    const pty = await host.launch(id, builtIn(template, target, this.endpoint, options, number));
    return {
      id,
      shows: pty.shows,
      output: pty.output,
      type: pty.type,
      hangUp: pty.hangUp,
      pid: async () => (await host.event(id, 'started')).pid,
      ended: async () => (await host.event(id, 'ended', limitMs)).end,
    };
  }

  /** Runs a worker to its own end. */
  async run(...args: Parameters<WorkerBed['start']>): Promise<{ end: WorkerEnd; output: string }> {
    const worker = await this.start(...args);
    const end = await worker.ended();
    // The launcher's last line; what the worker wrote came before.
    await worker.shows('press Enter to close');
    return { end, output: worker.output() };
  }

  /** A reply with its bytes as text, one character a byte where they are no ASCII. */
  async send(name: string, ...args: (string | number | Buffer)[]): Promise<unknown> {
    return plain(await this.port.send([name, ...args]));
  }

  async list(name: string): Promise<string[]> {
    return (await this.send('LRANGE', name, 0, -1)) as string[];
  }

  async hash(name: string): Promise<Record<string, string>> {
    const flat = (await this.send('HGETALL', name)) as string[];
    return Object.fromEntries(flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? '']] : [])));
  }

  /** Waits until a list has so many messages. */
  async length(name: string, expected: number): Promise<void> {
    await until(limitMs, `${name} having ${expected}`, async () =>
      (await this.send('LLEN', name)) === expected ? true : undefined,
    );
  }

  /** Cuts the connection that a worker works on. */
  async cut(number: number): Promise<void> {
    const clients = String(await this.send('CLIENT', 'LIST', 'TYPE', 'normal'));
    const line = clients.split('\n').find((each) => each.includes(`name=redis-messaging:group-1:${number} `));
    await this.send('CLIENT', 'KILL', 'ID', /id=(\d+)/.exec(line ?? '')?.[1] ?? '');
  }
}

export interface BedWorker {
  readonly id: string;
  readonly shows: PtyProcess['shows'];
  readonly output: PtyProcess['output'];
  readonly type: PtyProcess['type'];
  readonly hangUp: PtyProcess['hangUp'];
  pid(): Promise<number>;
  ended(): Promise<WorkerEnd>;
}

function plain(reply: unknown): unknown {
  if (Buffer.isBuffer(reply)) return reply.toString('latin1');
  return Array.isArray(reply) ? reply.map(plain) : reply;
}

/** A type of Ctrl+C. */
export const interrupt = '\u0003';
