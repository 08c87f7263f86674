import * as l10n from '@vscode/l10n';
import { parseConnectionUrl } from './connectionUrl';
import { Failure, toFailure } from './failure';
import { type ProfileTls, readTls, tlsWithoutTls } from './profileTls';

/** A saved connection: what stands in the setting `redisMessaging.connections`. It never holds a secret. */
export interface ConnectionProfile {
  readonly id: string;
  readonly name: string;
  /** Canonical URL without password; see {@link parseConnectionUrl}. */
  readonly url: string;
  /** Refuses every write before it leaves the editor. */
  readonly readOnly?: boolean;
  /** Its data matters to others: destructive commands ask to type the connection's name. */
  readonly production?: boolean;
  readonly tls?: ProfileTls;
  /** Name of the environment variable that holds the password, where none is in the secret storage. */
  readonly passwordEnv?: string;
  /** Why the entry cannot be used; the tree shows it. */
  readonly invalid?: Failure;
}

/**
 * Reads the setting. An entry that is no object with id, name and URL is dropped with a Failure in `rejected`; one with
 * a bad URL, or with a password in it, is kept and marked invalid so that the tree can say why.
 */
export function readProfiles(entries: readonly unknown[]): {
  profiles: ConnectionProfile[];
  rejected: Failure[];
} {
  const profiles: ConnectionProfile[] = [];
  const rejected: Failure[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    const profile = readProfile(entry);
    if (profile === undefined || seen.has(profile.id)) {
      rejected.push(
        new Failure(
          'argument',
          l10n.t('An entry of redisMessaging.connections has no id, name and url of its own.'),
        ),
      );
      continue;
    }
    seen.add(profile.id);
    profiles.push(profile);
  }
  return { profiles, rejected };
}

function readProfile(entry: unknown): ConnectionProfile | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  if (!('id' in entry && 'name' in entry && 'url' in entry)) return undefined;
  const { id, name, url } = entry;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof url !== 'string' || id === '')
    return undefined;
  const base = { id, name: name.trim() === '' ? id : name, ...readTraits(entry) };
  try {
    const parsed = parseConnectionUrl(url);
    if (base.tls !== undefined && parsed.endpoint.tls === undefined) {
      return { ...base, url: parsed.url, invalid: tlsWithoutTls() };
    }
    if (parsed.password === undefined) return { ...base, url: parsed.url };
    const failure = new Failure('argument', l10n.t('The saved URL holds a password.'), {
      hint: l10n.t('Edit the connection and save it: the password then moves to the secret storage.'),
    });
    return { ...base, url: parsed.url, invalid: failure };
  } catch (error) {
    return { ...base, url: '', invalid: toFailure(error) };
  }
}

/** What an entry says besides name and address; a field of another type is as if it were not there. */
function readTraits(
  entry: object,
): Pick<ConnectionProfile, 'readOnly' | 'production' | 'tls' | 'passwordEnv'> {
  const passwordEnv = 'passwordEnv' in entry ? entry.passwordEnv : undefined;
  const tls = 'tls' in entry ? readTls(entry.tls) : undefined;
  return {
    ...('readOnly' in entry && entry.readOnly === true ? { readOnly: true } : {}),
    ...('production' in entry && entry.production === true ? { production: true } : {}),
    ...(tls === undefined ? {} : { tls }),
    ...(typeof passwordEnv === 'string' ? { passwordEnv } : {}),
  };
}
