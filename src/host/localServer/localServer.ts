import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { parseConnectionUrl } from '../../core/connectionUrl';
import { cancelled, Failure } from '../../core/failure';
import { keysOf, localServerLaunch, localServerUrl } from '../../core/localServer';
import { bytes } from '../../core/redisReply';
import type { Connections } from '../connections';
import { contextKeys } from '../contributed';
import type { Log } from '../log';
import { setting } from '../settings';
import { Turns } from '../turns';
import { createRuntime } from '../workers/createWorkers';
import { leaseMs } from '../workers/workerLimits';
import { findServer } from './findServer';
import { choosePort } from './loopbackPort';
import { logHint, type Patience, serverAnswers, startFailure } from './serverAnswer';
import { type KeptServer, type ServerEnd, ServerKeeper } from './serverKeeper';
import { ServerLog } from './serverLog';
import { clearPlace, preparePlace, type ServerPlace, serverPlace } from './serverPlace';
import { ServerProfiles } from './serverProfile';

/** A keeper tries every 500 ms to reach the host of the reloaded window. */
const resumeLimitMs = 5_000;

/** A server that answers. */
export interface RunningServer {
  /** Id of the connection that leads to it. */
  readonly connection: string;
  readonly url: string;
  readonly port: number;
  readonly program: string;
  readonly persist: boolean;
  /** It ran before it was asked for. */
  readonly already: boolean;
}

export interface StartRequest extends Patience {
  /** Undefined: 6379 where it is free, else any. */
  readonly port: number | undefined;
  /** Id of the connection that nothing listens for: where no port is given, the server runs at its port, if it can. */
  readonly wanted?: string | undefined;
}

/** The Redis that this window runs for its user: on a free loopback port, with its log in an output channel. */
export class LocalServer implements vscode.Disposable {
  private readonly turns = new Turns();
  private readonly serverLog = new ServerLog();
  private readonly keeper: ServerKeeper;
  private readonly profiles: ServerProfiles;
  private readonly subscriptions: vscode.Disposable[];
  private followed: string | undefined;

  /** @param folder for what a server of this workspace leaves. */
  constructor(
    context: vscode.ExtensionContext,
    private readonly connections: Connections,
    private readonly log: Log,
    private readonly folder: string,
  ) {
    this.keeper = new ServerKeeper({
      runtime: createRuntime(context),
      folder,
      leaseMs,
      // VS Code answers this in the window and not in this host, so there is an answer only while there is a window.
      reachWindow: () => this.showRunning(),
    });
    const made = vscode.Uri.joinPath(context.globalStorageUri, 'local-connections.json').fsPath;
    this.profiles = new ServerProfiles(connections, made);
    this.subscriptions = [
      this.keeper.onDidEnd((end) => void this.ended(end)),
      this.keeper.onDidChange(() => void this.changed()),
      this.keeper,
      this.serverLog,
    ];
  }

  /** Takes over the server that the last host of this window left, if it left one. */
  async resume(): Promise<void> {
    await this.keeper.open();
  }

  /**
   * Starts a server and waits until it answers, or gives the one that runs.
   * @throws {Failure} `notFound` when nothing can run one, `argument` for a port that is taken or another one than that of
   * the running server, `unreachable` with the server's own reason, `timeout`, `cancelled`
   */
  start(request: StartRequest): Promise<RunningServer> {
    return this.turns.run('server', () => this.startNext(request));
  }

  /** The server that runs, also the one that is just being started. @throws {Failure} `notFound` */
  running(): Promise<RunningServer> {
    return this.turns.run('server', async () => {
      const server = await this.there();
      if (server !== undefined) return this.describe(server, true);
      throw new Failure('notFound', vscode.l10n.t('No local Redis of this window runs.'), {
        hint: vscode.l10n.t('Start one with "Start Local Redis".'),
      });
    });
  }

  /** How many keys it holds. @throws {Failure} when it does not answer. */
  keys({ port }: RunningServer): Promise<number> {
    const { endpoint } = parseConnectionUrl(localServerUrl(port));
    return this.connections.probe(endpoint, async (client) =>
      keysOf(bytes(await client.send(['INFO', 'keyspace'])).toString()),
    );
  }

  /** Ends the server, and with it what it did not keep on disk. @throws {Failure} `timeout` */
  stop(): Promise<void> {
    return this.turns.run('server', async () => {
      const server = await this.there();
      if (server === undefined) return;
      if (server.connection !== undefined) this.disconnect(server.connection);
      if (await this.keeper.end()) {
        if (!server.persist) await clearPlace((await this.place(false)).folder);
        return;
      }
      throw new Failure('timeout', vscode.l10n.t('The local Redis has not ended yet.'), { hint: logHint() });
    });
  }

  /** Lets go of the server without ending it; see ServerKeeper. */
  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What runs here, once it is known. */
  private async there(): Promise<KeptServer | undefined> {
    await this.keeper.open();
    await this.keeper.until((server) => server?.state !== 'resuming', resumeLimitMs);
    return this.keeper.server;
  }

  private async startNext({ port, wanted, signal, onProgress }: StartRequest): Promise<RunningServer> {
    const there = await this.there();
    if (there !== undefined) {
      if (port === undefined || port === there.port) return this.describe(there, true);
      throw new Failure('argument', vscode.l10n.t('A local Redis runs already, on port {0}.', there.port), {
        hint: vscode.l10n.t('Stop it first, or pass no port.'),
      });
    }
    const program = await findServer(setting('server.path'), signal);
    const chosen = await choosePort(port ?? (await this.profiles.portFor(wanted)));
    const persist = setting('server.persist');
    const place = await this.place(persist);
    await preparePlace(place, persist);
    const id = randomBytes(4).toString('hex');
    const { folder, volume, log } = place;
    const command = localServerLaunch({ program, port: chosen, folder, persist, id, volume });
    this.followed = id;
    this.serverLog.follow(log);
    this.serverLog.say(`${program.path} ${command.args.map((arg) => JSON.stringify(arg)).join(' ')}`);
    try {
      if (signal?.aborted) throw cancelled();
      await this.keeper.start({ id, program: program.name, port: chosen, persist }, command, log);
      await serverAnswers(this.keeper, this.connections, { program, port: chosen, log, signal, onProgress });
      this.keeper.connected(await this.profiles.use(chosen, wanted));
    } catch (error) {
      await this.keeper.end();
      throw error;
    }
    const { server } = this.keeper;
    if (server === undefined) throw await startFailure(program, log);
    this.log.info(`Local Redis: ${program.name} on port ${chosen}`);
    return this.describe(server, false);
  }

  private async describe(server: KeptServer, already: boolean): Promise<RunningServer> {
    const { port, program, persist } = server;
    const known = this.connections.profiles.some(({ id }) => id === server.connection);
    const connection =
      known && server.connection !== undefined ? server.connection : await this.profiles.use(port);
    if (!known) this.keeper.connected(connection);
    return { connection, url: localServerUrl(port), port, program, persist, already };
  }

  private async place(persist: boolean): Promise<ServerPlace> {
    return serverPlace(this.folder, await this.keeper.open(), persist);
  }

  /** The server is about to end, which is no failure of the connection. */
  private disconnect(connection: string): void {
    if (this.connections.profiles.some(({ id }) => id === connection))
      this.connections.disconnect(connection);
  }

  private async changed(): Promise<void> {
    const { server } = this.keeper;
    void this.showRunning();
    if (server?.state !== 'running' || this.followed === server.id) return;
    this.followed = server.id;
    this.log.info(`Local Redis: taken over on port ${server.port}`);
    this.serverLog.follow((await this.place(server.persist)).log);
  }

  private async ended({ server, how, wanted }: ServerEnd): Promise<void> {
    const what = `${server.program}: ${how}`;
    if (wanted || server.state === 'resuming') this.log.info(what);
    else this.log.warn(what);
    await this.serverLog.end(`── ${what}`);
  }

  private async showRunning(): Promise<void> {
    const running = this.keeper.server?.state === 'running';
    await vscode.commands.executeCommand('setContext', contextKeys.localServer, running);
  }
}
