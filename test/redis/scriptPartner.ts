import type { WorkerTemplate } from '../../src/core/workerTemplates';
import type { RedisServer } from '../launch/redisServer';
import { builtIn, WorkerHost } from './workerHost';

const limitMs = 30_000;

/** Runs a built-in worker, for example on the Redis of the scripts, to its own end. @returns what it has printed */
export async function runBuiltIn(
  { redis }: { readonly redis: Pick<RedisServer, 'host' | 'port'> },
  template: WorkerTemplate,
  target: string | readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<string> {
  const host = new WorkerHost();
  try {
    const endpoint = { host: redis.host, port: redis.port, db: 0 };
    const pty = await host.launch('partner', builtIn(template, target, endpoint, options));
    await host.event('partner', 'ended', limitMs);
    // The launcher's last line; what the worker wrote came before.
    await pty.shows('press Enter to close');
    return pty.output();
  } finally {
    await host.end();
  }
}
