import type { Connection } from '../../src/core/connection';
import type { ConnectionState } from '../../src/core/connectionState';
import { type Failure, isFailure } from '../../src/core/failure';
import type { Endpoint } from '../../src/protocol/endpoint';
import { openConnection } from '../../src/redis/openConnection';
import { within } from '../launch/limits';

/** Connections of a test, made as the product makes them; all are disposed together. */
export class Connections {
  private readonly opened: Connection[] = [];

  /** A connection to a loopback port that is not connected yet. */
  open(port: number, more: Partial<Endpoint> = {}): Connection {
    const connection = openConnection({ host: '127.0.0.1', port, db: 0, ...more }, 'test');
    this.opened.push(connection);
    return connection;
  }

  async connect(port: number, more: Partial<Endpoint> = {}): Promise<Connection> {
    const connection = this.open(port, more);
    await connection.connect();
    return connection;
  }

  dispose(): void {
    for (const connection of this.opened.splice(0)) connection.dispose();
  }
}

/** Waits for a state of a connection, the present one included. */
export function stateOf(
  connection: Connection,
  kind: ConnectionState['kind'],
  limitMs = 30_000,
): Promise<ConnectionState> {
  const reached = new Promise<ConnectionState>((resolve) => {
    if (connection.state.kind === kind) return resolve(connection.state);
    const end = connection.onDidChangeState((state) => {
      if (state.kind !== kind) return;
      end();
      resolve(state);
    });
  });
  return within(limitMs, `State ${kind}`, reached);
}

/** The failure that a promise rejects with. @throws an Error when it resolves or rejects with anything else */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    (value) => new Error(`No failure but ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (isFailure(outcome)) return outcome;
  throw outcome;
}
