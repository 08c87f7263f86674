import type { Endpoint } from '../protocol/endpoint';
import type { CommandPort } from './commandPort';
import type { ConnectionState } from './connectionState';

/** A supervised client for commands. It owns one socket and is disposed by the one who opened it. */
export interface Connection extends CommandPort {
  readonly state: ConnectionState;
  /** Commands, in upper case, that this user was refused since the connection came about (NOPERM). */
  readonly denied: readonly string[];
  /** Calls back on every change of state, and with the same state when `denied` grew; returns the function that ends it. */
  onDidChangeState(listener: (state: ConnectionState) => void): () => void;
  /**
   * Connects, or waits for an attempt under way, for at most 10 s.
   * @throws {Failure} with the cause, never with "retries reached".
   */
  connect(signal?: AbortSignal): Promise<void>;
  dispose(): void;
}

/** Makes a connection without opening its socket. `clientName` goes to CLIENT SETNAME. */
export type OpenConnection = (endpoint: Endpoint, clientName: string) => Connection;
