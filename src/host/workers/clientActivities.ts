import * as vscode from 'vscode';
import { activityText, type RedisClient, readClientList } from '../../core/clientActivity';
import type { CommandPort } from '../../core/commandPort';
import { displayText } from '../../core/displayText';
import { isFailure } from '../../core/failure';
import { bytes } from '../../core/redisReply';
import type { WorkerGroup } from '../../core/workerGroups';
import { workerClientName } from '../../core/workerLaunch';
import type { Connections } from '../connections';

/** A worker of ours that is not among the clients so long after its start is not connected. */
const connectingMs = 5_000;

const pollMs = 2_000;
/** All clients are listed again this often while one of ours is not among them. */
const searchMs = 6_000;
/** CLIENT LIST is about 350 bytes a client, and Redis serves nobody while it writes them. */
const mostClients = 5_000;

/** What is known of the clients of one connection. */
interface Watched {
  ids: ReadonlySet<string>;
  searchedAt: number;
  /** A sentence, where they cannot be looked at. */
  problem: string | undefined;
}

/** What the running workers' connections do, by CLIENT LIST, asked for only while somebody looks. */
export class ClientActivities implements vscode.Disposable {
  private readonly watched = new Map<string, Watched>();
  /** Connections that were opened for looking. */
  private readonly tried = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  /**
   * @param groups the workers
   * @param tell hears what each does, by worker, and in a sentence why nothing is known, where that is so
   */
  constructor(
    private readonly connections: Connections,
    private readonly groups: () => readonly WorkerGroup[],
    private readonly tell: (activities: ReadonlyMap<string, string>, problem: string | undefined) => void,
  ) {}

  /** Begins to look, or ends it. */
  look(wanted: boolean): void {
    if (wanted === this.looking) return;
    this.looking = wanted;
    clearTimeout(this.timer);
    if (wanted) void this.poll();
  }

  dispose(): void {
    this.look(false);
  }

  private async poll(): Promise<void> {
    const running = this.groups().filter(({ workers }) =>
      workers.some(({ state }) => state.kind === 'running'),
    );
    const used = new Set(running.map(({ connection }) => connection.id));
    for (const known of this.watched.keys()) if (!used.has(known)) this.watched.delete(known);
    for (const known of this.tried) if (!used.has(known)) this.tried.delete(known);
    const activities = new Map<string, string>();
    for (const connection of used) {
      const clients = await this.clients(connection, namesOn(running, connection));
      if (clients !== undefined) describe(running, connection, clients, activities);
    }
    if (!this.looking) return;
    const problems = [...used].flatMap((connection) => this.problem(connection) ?? []);
    this.tell(activities, problems[0]);
    // One timer, also where looking ended and began again meanwhile.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.poll(), pollMs);
  }

  /** Why nothing is known of a connection's clients, where that stays so by itself. */
  private problem(connection: string): string | undefined {
    const state = this.connections.state(connection);
    const name = this.connections.profiles.find(({ id }) => id === connection)?.name;
    if (state.kind !== 'failed' || name === undefined) return this.watched.get(connection)?.problem;
    return vscode.l10n.t(
      'What the workers’ connections do on {0} is not shown: {1}',
      displayText(name, 60),
      state.cause.message,
    );
  }

  /** Our clients on a connection; undefined where they cannot be known now. */
  private async clients(
    connection: string,
    names: ReadonlySet<string>,
  ): Promise<readonly RedisClient[] | undefined> {
    if (this.connections.state(connection).kind !== 'ready') {
      this.watched.delete(connection);
      this.openQuietly(connection);
      return undefined;
    }
    const watched = this.watched.get(connection) ?? { ids: new Set(), searchedAt: 0, problem: undefined };
    this.watched.set(connection, watched);
    if (watched.problem !== undefined) return undefined;
    try {
      const port = await this.connections.open(connection);
      return await this.listed(port, connection, names, watched);
    } catch (error) {
      if (isFailure(error) && error.code === 'permission') {
        const name = displayText(this.connections.resolve(connection).name, 60);
        watched.problem = vscode.l10n.t(
          'What the workers’ connections do on {0} is not shown: CLIENT LIST is not permitted.',
          name,
        );
      }
      return undefined;
    }
  }

  /**
   * Opens a connection that nobody has opened yet, once for as long as a worker runs on it. One that was refused, cannot be
   * reached or was disconnected by the user is left as it is, and nobody is asked for a password.
   */
  private openQuietly(connection: string): void {
    if (this.tried.has(connection) || !this.connections.mayConnect(connection)) return;
    const profile = this.connections.profiles.find(({ id }) => id === connection);
    if (profile === undefined || profile.invalid !== undefined) return;
    this.tried.add(connection);
    // Its state tells of a failure; what it does is asked for by the next poll.
    this.connections.open(connection).catch(() => undefined);
  }

  private async listed(
    port: CommandPort,
    connection: string,
    names: ReadonlySet<string>,
    watched: Watched,
  ): Promise<readonly RedisClient[] | undefined> {
    const ours = (clients: readonly RedisClient[]) => clients.filter(({ name }) => names.has(name));
    if (watched.ids.size > 0) {
      const known = ours(await byId(port, [...watched.ids]));
      const missing = [...names].some((name) => !known.some((client) => client.name === name));
      if (!missing || Date.now() - watched.searchedAt < searchMs) return known;
    } else if (watched.searchedAt > 0 && Date.now() - watched.searchedAt < pollMs) {
      return [];
    }
    const info = bytes(await port.send(['INFO', 'clients'])).toString();
    if (Number(/^connected_clients:(\d+)/m.exec(info)?.[1] ?? 0) > mostClients) {
      const name = displayText(this.connections.resolve(connection).name, 60);
      watched.problem = vscode.l10n.t(
        'What the workers’ connections do on {0} is not shown: more than {1} clients are connected.',
        name,
        mostClients,
      );
      return undefined;
    }
    const found = ours(readClientList(bytes(await port.send(['CLIENT', 'LIST'])).toString()));
    watched.ids = new Set(found.map(({ id }) => id));
    watched.searchedAt = Date.now();
    return found;
  }
}

/** Redis takes ids from 6.2 on; before it, the search runs each time. */
async function byId(port: CommandPort, ids: readonly string[]): Promise<readonly RedisClient[]> {
  try {
    return readClientList(bytes(await port.send(['CLIENT', 'LIST', 'ID', ...ids])).toString());
  } catch (error) {
    if (isFailure(error) && error.code === 'server') return [];
    throw error;
  }
}

function namesOn(groups: readonly WorkerGroup[], connection: string): ReadonlySet<string> {
  const on = groups.filter((group) => group.connection.id === connection);
  return new Set(on.flatMap(({ id, workers }) => workers.map(({ number }) => workerClientName(id, number))));
}

function describe(
  groups: readonly WorkerGroup[],
  connection: string,
  clients: readonly RedisClient[],
  activities: Map<string, string>,
): void {
  for (const group of groups.filter((each) => each.connection.id === connection)) {
    for (const { id, number, state } of group.workers) {
      if (state.kind !== 'running') continue;
      const own = clients.filter(({ name }) => name === workerClientName(group.id, number));
      // A script need not take the name that it is given: then nothing is known of it. Ours do, once they have started.
      const isOurs = group.program.kind === 'builtIn' && Date.now() - state.since > connectingMs;
      if (own.length > 0 || isOurs) activities.set(id, activityText(own));
    }
  }
}
