import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { parseConnectionUrl } from '../../core/connectionUrl';
import { localServerUrl } from '../../core/localServer';
import { localServerPort } from '../../core/localServerPort';
import type { Connections } from '../connections';
import { isListening } from './loopbackPort';

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

  /**
   * Returns the id of the connection.
   * @param wanted id of the connection to take if it leads there, too.
   */
  async use(port: number, wanted?: string): Promise<string> {
    const there = await this.leadingTo(port, wanted);
    if (there !== undefined) return there.id;
    const made = await this.made();
    const parsed = parseConnectionUrl(localServerUrl(port));
    for (const profile of this.connections.profiles) {
      const old = made.includes(profile.id) ? localServerPort(profile) : undefined;
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

  /** The port at which a server would be what this connection leads to; undefined where ours cannot be that. */
  async portFor(connection: string | undefined): Promise<number | undefined> {
    const profile = this.connections.profiles.find(({ id }) => id === connection);
    if (profile === undefined || (await this.hasPassword(profile))) return undefined;
    return localServerPort(profile);
  }

  /** A profile with a password is for another server on that port: ours has none and would refuse it. */
  private async leadingTo(port: number, wanted?: string): Promise<ConnectionProfile | undefined> {
    const { profiles } = this.connections;
    const first = profiles.filter(({ id }) => id === wanted);
    for (const profile of [...first, ...profiles]) {
      if (localServerPort(profile) !== port) continue;
      if (!(await this.hasPassword(profile))) return profile;
    }
    return undefined;
  }

  private async hasPassword({ id, url }: ConnectionProfile): Promise<boolean> {
    return (await this.connections.passwordFor(id, url)) !== undefined;
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
