import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { parseConnectionUrl } from '../../core/connectionUrl';
import { localServerUrl } from '../../core/localServer';
import type { Connections } from '../connections';
import { isListening } from './loopbackPort';

const loopback: readonly string[] = ['127.0.0.1', 'localhost', '::1'];

/**
 * Finds or makes the connection that leads to a local server: one that leads there already; else one that was made for an
 * earlier local server that runs no more, which is repointed; else a new one named "local".
 */
export class ServerProfiles {
  /** @param file remembers which connections were made here, for all windows. */
  constructor(
    private readonly connections: Connections,
    private readonly file: string,
  ) {}

  /** Returns the id of the connection. */
  async use(port: number): Promise<string> {
    const there = await this.leadingTo(port);
    if (there !== undefined) return there.id;
    const made = await this.made();
    const parsed = parseConnectionUrl(localServerUrl(port));
    for (const profile of this.connections.profiles) {
      const old = made.includes(profile.id) ? loopbackPort(profile) : undefined;
      if (old === undefined || (await isListening(old))) continue;
      const { name, readOnly, production } = profile;
      const marks = { ...(readOnly ? { readOnly } : {}), ...(production ? { production } : {}) };
      return this.connections.save({ parsed, name, ...marks }, profile.id);
    }
    const id = await this.connections.save({ parsed, name: 'local' });
    const known = made.filter((each) => this.connections.profiles.some((profile) => profile.id === each));
    await mkdir(dirname(this.file), { recursive: true });
    await writeFile(this.file, JSON.stringify([...known, id]));
    return id;
  }

  /** A profile with a password is for another server on that port: ours has none and would refuse it. */
  private async leadingTo(port: number): Promise<ConnectionProfile | undefined> {
    for (const profile of this.connections.profiles) {
      if (loopbackPort(profile) !== port) continue;
      if ((await this.connections.passwordFor(profile.id, profile.url)) === undefined) return profile;
    }
    return undefined;
  }

  private async made(): Promise<readonly string[]> {
    try {
      const ids: unknown = JSON.parse(await readFile(this.file, 'utf8'));
      return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
    } catch {
      // Not there yet, or broken: then a new connection is made.
      return [];
    }
  }
}

/** The port of a profile that leads to this machine in plain, without a user; else undefined. */
function loopbackPort({ url, invalid }: ConnectionProfile): number | undefined {
  if (url === '' || invalid !== undefined) return undefined;
  const { host, port, path, tls, username } = parseConnectionUrl(url).endpoint;
  const plain = path === undefined && tls === undefined && username === undefined;
  return plain && loopback.includes(host) ? port : undefined;
}
