import type { ConnectionProfile } from '../core/connectionProfile';
import { setting, updateSetting } from './settings';

/*
 * Changes to the setting `redisMessaging.connections`. An entry keeps its place, and no other entry is touched.
 */

/** Puts an entry in place of the one with its id, else at the end. */
export async function writeProfile(profile: ConnectionProfile): Promise<void> {
  const entries = [...setting('connections')];
  const { invalid: _, ...entry } = profile;
  const at = entries.findIndex((raw) => idOf(raw) === profile.id);
  if (at < 0) entries.push(entry);
  else entries[at] = entry;
  await updateSetting('connections', entries);
}

/** Takes the entry with this id out. */
export async function removeProfile(id: string): Promise<void> {
  const entries = [...setting('connections')];
  const at = entries.findIndex((raw) => idOf(raw) === id);
  if (at < 0) return;
  entries.splice(at, 1);
  await updateSetting('connections', entries);
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
