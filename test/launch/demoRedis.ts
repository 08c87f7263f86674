import { parseConnectionUrl } from '../../src/core/connectionUrl';
import { guestPrefix } from '../demo/names';
import { startRedis } from './redisServer';
import type { Teardown } from './teardown';

/** The Redis of a demo. */
export interface DemoRedis {
  /** For the demo's own programs; may hold a password. */
  readonly url: string;
  /** For the screen and the settings file: without password. */
  readonly shownUrl: string;
  /** The password, which the extension reads from the environment variable `passwordVariable`. */
  readonly password: string | undefined;
  /** What the demo's keys and channels begin with. */
  readonly prefix: string;
  /** Whether the server is ours, and gone with us. */
  readonly own: boolean;
}

/** Environment variable in which VS Code gets the password of REDIS_URL; no file ever holds it. */
export const passwordVariable = 'DEMO_REDIS_PASSWORD';

/**
 * The Redis of REDIS_URL, or a server of our own on a free port that `teardown` ends.
 * @throws an Error when REDIS_URL cannot be read, or with the one command that gets a Redis
 */
export async function demoRedis(teardown: Teardown): Promise<DemoRedis> {
  const given = process.env.REDIS_URL;
  if (given) {
    const { url, password } = parseConnectionUrl(given);
    return { url: given, shownUrl: url, password, prefix: guestPrefix, own: false };
  }
  const server = await startRedis();
  teardown.add('Redis', () => server.stop());
  const url = `${server.url}/0`;
  return { url, shownUrl: url, password: undefined, prefix: '', own: true };
}
