import type { Endpoint } from '../protocol/endpoint';
import type { ConnectionProfile } from './connectionProfile';
import {
  connectionAddress,
  localEndpoint,
  type ParsedConnectionUrl,
  parseConnectionUrl,
} from './connectionUrl';
import { endpointLabel } from './endpoint';
import type { ProfileTls } from './profileTls';

/** A connection while it is being entered or edited. Nothing of it is saved yet. */
export interface ConnectionDraft {
  /** An empty `tls` stands for an encrypted connection; its settings are in the draft's own `tls`. */
  readonly endpoint: Omit<Endpoint, 'password'>;
  /** Absent where none was typed: a saved one may still be used, see Connections.passwordFor. */
  readonly password?: string;
  readonly tls?: ProfileTls;
  readonly readOnly: boolean;
  readonly production: boolean;
  /** Absent where the address is name enough. */
  readonly name?: string;
}

/** What a new connection begins with. */
export const newDraft: ConnectionDraft = { endpoint: localEndpoint, readOnly: false, production: false };

/** A saved connection as it is edited. One whose URL cannot be read begins with the address of a new one. */
export function draftOf(profile: ConnectionProfile): ConnectionDraft {
  const { name, readOnly = false, production = false, tls } = profile;
  const endpoint = profile.url === '' ? localEndpoint : parseConnectionUrl(profile.url).endpoint;
  return { endpoint, name, readOnly, production, ...(tls === undefined ? {} : { tls }) };
}

/** The draft's address as it is saved, with its password. */
export function addressOfDraft({ endpoint, password, tls }: ConnectionDraft): ParsedConnectionUrl {
  const address = connectionAddress(endpoint, password);
  return tls === undefined ? address : { ...address, tls };
}

/** The draft's name, else the one that its address suggests. */
export function nameOfDraft(draft: ConnectionDraft): string {
  return draft.name ?? addressOfDraft(draft).name;
}

/** The draft's host and port, or socket, as it is typed: without user and password. */
export function typedAddress({ endpoint }: ConnectionDraft): string {
  if (endpoint.path === undefined) return endpointLabel(endpoint);
  return endpoint.db === 0 ? endpoint.path : `${endpoint.path}?db=${endpoint.db}`;
}

/**
 * The draft with what a typed or pasted address says; what it does not say stays. Without a scheme it says nothing of
 * encryption. A password goes along to the same host only, and to no plain connection if it was to travel encrypted.
 * @throws {Failure} as {@link parseConnectionUrl}.
 */
export function withAddress(draft: ConnectionDraft, text: string): ConnectionDraft {
  const parsed = parseConnectionUrl(text);
  const { tls: encrypted, username, ...place } = parsed.endpoint;
  const before = draft.endpoint;
  const sameHost = place.host === before.host && place.port === before.port && place.path === before.path;
  const says = /:\/\/|^\s*\S*-cli(\s|$)/.test(text);
  const user = username ?? (says ? undefined : before.username);
  const isEncrypted =
    place.path === undefined && (says ? encrypted : (encrypted ?? before.tls)) !== undefined;
  const { password: old, tls: oldTls, ...rest } = draft;
  const isExposed = before.tls !== undefined && !isEncrypted;
  const password = parsed.password ?? (sameHost && !isExposed ? old : undefined);
  const tls = isEncrypted ? (parsed.tls ?? oldTls) : undefined;
  return {
    ...rest,
    endpoint: {
      ...place,
      ...(user === undefined ? {} : { username: user }),
      ...(isEncrypted ? { tls: {} } : {}),
    },
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** The draft with or without encryption. A password that was to travel encrypted is not kept for a plain connection. */
export function withEncryption(
  draft: ConnectionDraft,
  isEncrypted: boolean,
  tls?: ProfileTls,
): ConnectionDraft {
  const { endpoint, password, tls: _, ...rest } = draft;
  const { tls: wasEncrypted, ...plain } = endpoint;
  const keepsPassword = password !== undefined && (isEncrypted || wasEncrypted === undefined);
  return {
    ...rest,
    endpoint: isEncrypted ? { ...plain, tls: {} } : plain,
    ...(keepsPassword ? { password } : {}),
    ...(isEncrypted && tls !== undefined ? { tls } : {}),
  };
}
