import type { DatabaseEntry } from './catalog';
import type { CommandPort } from './commandPort';
import { isFailure } from './failure';
import { bytes } from './redisReply';

/** What a connection test tells. Fields of INFO are empty where the user may not run it. */
export interface ServerInfo {
  readonly version: string;
  /** `standalone`, `cluster` or `sentinel`. */
  readonly mode: string;
  /** `master` or `slave`, in INFO's own words. */
  readonly role: string;
  /** Round trip of one PING, ms. */
  readonly latencyMs: number;
}

/** What the sidebar tells of a server. */
export interface ServerFacts extends ServerInfo {
  /** Clients that wait in a blocking command. */
  readonly blockedClients: number;
  /** Address of the primary where the server is a replica, else empty. */
  readonly primary: string;
  /** A replica that takes writes, which its primary never gets. */
  readonly writableReplica: boolean;
}

/**
 * Asks a server what it is, by PING and INFO.
 * @param now steady clock, ms.
 */
export async function serverInfo(port: CommandPort, now: () => number): Promise<ServerInfo> {
  const startedAt = now();
  await port.send(['PING']);
  const latencyMs = now() - startedAt;
  const field = infoFields(await infoText(port));
  return { version: versionOf(field), mode: field('redis_mode'), role: field('role'), latencyMs };
}

/**
 * As {@link serverInfo}, with more. A server that answers PING with an error is told of all the same.
 * @throws {Failure} `permission` where the user may not run INFO.
 */
export async function serverFacts(port: CommandPort, now: () => number): Promise<ServerFacts> {
  const startedAt = now();
  // Its answer, whatever it is, has made the round trip; a lost connection shows in INFO.
  await port.sendAll([['PING']]);
  const latencyMs = now() - startedAt;
  const field = infoFields(bytes(await port.send(['INFO'])).toString());
  const isReplica = field('role') === 'slave';
  return {
    version: versionOf(field),
    mode: field('redis_mode'),
    role: field('role'),
    latencyMs,
    blockedClients: Number(field('blocked_clients')),
    primary: isReplica ? `${field('master_host')}:${field('master_port')}` : '',
    writableReplica: isReplica && field('slave_read_only') === '0',
  };
}

/** The databases that hold keys, from the text of INFO keyspace. */
export function databasesIn(keyspace: string): readonly DatabaseEntry[] {
  return [...keyspace.matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, db, keys]) => ({
    db: Number(db),
    keys: Number(keys),
  }));
}

type InfoField = (name: string) => string;

function infoFields(info: string): InfoField {
  return (name) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}

function versionOf(field: InfoField): string {
  return field('valkey_version') || field('redis_version');
}

async function infoText(port: CommandPort): Promise<string> {
  try {
    return bytes(await port.send(['INFO'])).toString();
  } catch (error) {
    if (isFailure(error) && error.code === 'permission') return '';
    throw error;
  }
}
