import type * as vscode from 'vscode';
import type { ConnectionProfile } from '../core/connectionProfile';
import { parseConnectionUrl } from '../core/connectionUrl';
import { serverOf } from '../core/endpoint';

/**
 * Passwords in VS Code's SecretStorage, each kept for one profile and one server: a profile that comes to point to
 * another server, by whatever way, never takes a password along.
 */
export class ConnectionSecrets {
  constructor(private readonly storage: vscode.SecretStorage) {}

  /** The profile's password for its server; the environment variable that it names where none is stored. */
  async get(profile: ConnectionProfile): Promise<string | undefined> {
    const stored = await this.storage.get(secretKey(profile));
    return stored ?? (profile.passwordEnv === undefined ? undefined : process.env[profile.passwordEnv]);
  }

  async store(profile: ConnectionProfile, password: string): Promise<void> {
    await this.storage.store(secretKey(profile), password);
  }

  async forget(profile: ConnectionProfile): Promise<void> {
    if (profile.url !== '') await this.storage.delete(secretKey(profile));
  }
}

/** Whether two canonical URLs lead to the same server as the same user; the database does not matter. */
export function sameServer(url: string, other: string): boolean {
  if (url === '' || other === '') return false;
  return serverOf(parseConnectionUrl(url).endpoint) === serverOf(parseConnectionUrl(other).endpoint);
}

function secretKey({ id, url }: ConnectionProfile): string {
  return `redisMessaging.password.${id}.${serverOf(parseConnectionUrl(url).endpoint)}`;
}
