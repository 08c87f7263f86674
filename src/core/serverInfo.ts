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

/**
 * Asks a server what it is, by PING and INFO.
 * @param now steady clock, ms.
 */
export async function serverInfo(port: CommandPort, now: () => number): Promise<ServerInfo> {
  const startedAt = now();
  await port.send(['PING']);
  const latencyMs = now() - startedAt;
  const info = await infoText(port);
  const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  return {
    version: field('valkey_version') || field('redis_version'),
    mode: field('redis_mode'),
    role: field('role'),
    latencyMs,
  };
}

async function infoText(port: CommandPort): Promise<string> {
  try {
    return bytes(await port.send(['INFO'])).toString();
  } catch (error) {
    if (isFailure(error) && error.code === 'permission') return '';
    throw error;
  }
}
