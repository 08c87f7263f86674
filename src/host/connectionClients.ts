import * as vscode from 'vscode';
import type { Connection, OpenConnection } from '../core/connection';
import type { ConnectionState } from '../core/connectionState';
import { Failure } from '../core/failure';
import type { Endpoint } from '../protocol/endpoint';

const idle: ConnectionState = { kind: 'idle' };

/** One live command client for each profile that is in use, by the profile's id. */
export class ConnectionClients implements vscode.Disposable {
  private readonly live = new Map<string, Connection>();
  /** Openings under way, so that two callers at once share one client. */
  private readonly opening = new Map<string, Promise<Connection>>();

  /**
   * @param endpoint says how to reach a profile's Redis; it is asked anew for each client
   * @param onChange hears of each change of a client's state, and of its end
   */
  constructor(
    private readonly loadRedis: () => Promise<OpenConnection>,
    private readonly endpoint: (id: string) => Promise<Endpoint>,
    private readonly onChange: (id: string) => void,
  ) {}

  state(id: string): ConnectionState {
    return this.live.get(id)?.state ?? idle;
  }

  /** Commands, in upper case, that the profile's user was refused since its client connected. */
  denied(id: string): readonly string[] {
    return this.live.get(id)?.denied ?? [];
  }

  /** Profiles whose client is there or being made. */
  get ids(): ReadonlySet<string> {
    return new Set([...this.live.keys(), ...this.opening.keys()]);
  }

  /** The profile's client, made where there is none; it need not be connected. @throws {Failure} as `endpoint` does */
  get(id: string): Promise<Connection> {
    const known = this.live.get(id);
    if (known !== undefined) return Promise.resolve(known);
    const underWay = this.opening.get(id);
    if (underWay !== undefined) return underWay;
    const opening: Promise<Connection> = this.make(id, () => this.opening.get(id) === opening).finally(() => {
      if (this.opening.get(id) === opening) this.opening.delete(id);
    });
    this.opening.set(id, opening);
    return opening;
  }

  /** Ends the profile's client, also one that is only being made. */
  close(id: string): void {
    this.opening.delete(id);
    this.live.get(id)?.dispose();
    if (this.live.delete(id)) this.onChange(id);
  }

  dispose(): void {
    for (const connection of this.live.values()) connection.dispose();
    this.live.clear();
    // One that is just being made must not come alive any more.
    this.opening.clear();
  }

  /** @param wanted false once the profile was closed or changed: a client made for the old one must not come alive. */
  private async make(id: string, wanted: () => boolean): Promise<Connection> {
    const [openConnection, endpoint] = await Promise.all([this.loadRedis(), this.endpoint(id)]);
    if (!wanted()) {
      throw new Failure(
        'unreachable',
        vscode.l10n.t('The connection was changed while it was being opened.'),
        { hint: vscode.l10n.t('Nothing was sent. Try again.') },
      );
    }
    const connection = openConnection(endpoint, 'redis-messaging:commands');
    connection.onDidChangeState(() => this.onChange(id));
    this.live.set(id, connection);
    return connection;
  }
}
