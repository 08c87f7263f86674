import type { ConnectionProfile } from '../core/connectionProfile';
import { parseConnectionUrl } from '../core/connectionUrl';
import { isFailure } from '../core/failure';
import { changeSetting, setting } from './settings';

/*
 * Changes to the setting `redisMessaging.connections`. An entry keeps its place and the fields that we do not know, and no
 * other entry is touched.
 */

/** Puts an entry in place of the one with its id, else at the end. */
export function writeProfile(profile: ConnectionProfile): Promise<void> {
  const { id, name, url, readOnly, production, tls, passwordEnv } = profile;
  return changeSetting('connections', (entries) => {
    const at = entries.findIndex((raw) => idOf(raw) === id);
    const known = {
      id,
      name,
      url,
      ...(readOnly ? { readOnly } : {}),
      ...(production ? { production } : {}),
      ...(tls === undefined ? {} : { tls }),
      ...(passwordEnv === undefined ? {} : { passwordEnv }),
    };
    return at < 0 ? [...entries, known] : entries.with(at, { ...unknownFields(entries[at]), ...known });
  });
}

/** The password that somebody wrote into the URL of an entry, from where saving moves it to the secret storage. */
export function writtenPassword(id: string): string | undefined {
  const entry = setting('connections').find((raw) => idOf(raw) === id);
  if (typeof entry !== 'object' || entry === null || !('url' in entry) || typeof entry.url !== 'string') {
    return undefined;
  }
  try {
    return parseConnectionUrl(entry.url).password;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return undefined;
  }
}

/** Takes the entry with this id out. */
export function removeProfile(id: string): Promise<void> {
  return changeSetting('connections', (entries) => {
    const at = entries.findIndex((raw) => idOf(raw) === id);
    return entries.filter((_, index) => index !== at);
  });
}

function unknownFields(raw: unknown): object {
  if (typeof raw !== 'object' || raw === null) return {};
  const ours = ['id', 'name', 'url', 'readOnly', 'production', 'tls', 'passwordEnv'];
  return Object.fromEntries(Object.entries(raw).filter(([field]) => !ours.includes(field)));
}

/** The wanted name, with a number behind it where another profile has it already. */
export function freeName(wanted: string, others: readonly ConnectionProfile[]): string {
  const taken = new Set(others.map(({ name }) => name));
  let name = wanted;
  for (let copy = 2; taken.has(name); copy++) name = `${wanted} ${copy}`;
  return name;
}

function idOf(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined;
}
