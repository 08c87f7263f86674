import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import type { RefreshWanted } from '../../core/databaseModel';
import type { ExplorerNode } from '../../core/explorerNode';
import { explorerChildren } from '../../core/explorerTree';
import { isFailure } from '../../core/failure';
import type { Connections } from '../connections';
import { contextKeys, viewIds } from '../contributed';
import type { Log } from '../log';
import { onSettingChanged, setting } from '../settings';
import type { ConnectionModels } from './connectionModels';
import { ExplorerProvider } from './explorerProvider';

/** Several answers within this time, in ms, make one update of the tree. */
const gatherMs = 100;

/**
 * The explorer: while it is visible it keeps up to date what is on screen, and connects what is open in it. While it is
 * hidden it asks nothing.
 */
export class ExplorerView implements vscode.Disposable {
  private readonly provider: ExplorerProvider;
  private readonly view: vscode.TreeView<ExplorerNode>;
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private updateTimer: NodeJS.Timeout | undefined;
  /** Turns under way by profile: a slow server holds up no other, and is not asked twice at once. */
  private readonly turns = new Map<string, Promise<void>>();
  /** Kinds of state by profile, as they were last told. */
  private readonly states = new Map<string, string>();
  private disposed = false;

  constructor(
    private readonly connections: Connections,
    private readonly models: ConnectionModels,
    private readonly log: Log,
  ) {
    this.provider = new ExplorerProvider(() => this.models.snapshot());
    this.view = vscode.window.createTreeView(viewIds.explorer, { treeDataProvider: this.provider });
    this.subscriptions = [
      this.provider,
      this.view,
      this.view.onDidChangeVisibility(({ visible }) => (visible ? this.wake() : this.sleep())),
      this.view.onDidExpandElement(() => this.wake()),
      this.view.onDidCollapseElement(({ element }) => this.provider.collapse(element)),
      connections.onDidChange((profile) => {
        if (profile !== undefined) this.noteState(profile);
        this.changed();
        this.wake();
      }),
      onSettingChanged(
        ['explorer.delimiter', 'explorer.refreshSeconds', 'queue.consume', 'queue.directions'],
        () => {
          this.provider.updateAll();
          this.wake();
        },
      ),
    ];
    if (this.view.visible) this.wake();
  }

  /** Resolves when what is on screen, and what there is to be found, is as it was at the time of the call or later. */
  async refresh(): Promise<void> {
    await Promise.all(this.openProfiles().map((profile) => this.turnAnew(profile)));
  }

  /** Shows a queue that a command names, also while it is empty, and without waiting for a search. */
  noticeQueue(profile: ConnectionProfile, queue: Buffer): void {
    this.models.model(profile).catalog.expectQueue(queue, performance.now());
    this.changed();
    this.wake();
  }

  /** Scrolls to a connection and selects it, without taking the focus. It may be gone already. */
  async reveal(connection: string): Promise<void> {
    this.provider.update();
    const node = this.provider.connectionNode(connection);
    if (node === undefined) return;
    try {
      await this.view.reveal(node, { select: true, focus: false });
    } catch (error) {
      this.log.error(connection, error);
    }
  }

  /** Shows only names that match a Redis glob; undefined shows all. */
  async filter(glob: string | undefined): Promise<void> {
    this.models.glob = glob;
    this.models.cancelDiscovery();
    this.models.forgetDiscovery();
    await vscode.commands.executeCommand('setContext', contextKeys.filtered, glob !== undefined);
    this.view.description = glob ?? '';
    this.provider.updateAll();
    this.wake();
  }

  /** Something that the tree shows may differ by now. */
  changed(): void {
    if (this.disposed) return;
    this.updateTimer ??= setTimeout(() => {
      this.updateTimer = undefined;
      this.provider.update();
    }, gatherMs);
  }

  dispose(): void {
    this.disposed = true;
    this.sleep();
    clearTimeout(this.updateTimer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What was learned of a server holds no longer than the connection to it. */
  private noteState(profile: ConnectionProfile): void {
    const { kind } = this.connections.state(profile.id);
    if (this.states.get(profile.id) === kind) return;
    this.states.set(profile.id, kind);
    this.models.model(profile).connectionChanged();
  }

  private wake(): void {
    if (!this.view.visible || this.disposed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tick(), 0);
  }

  private sleep(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.models.cancelDiscovery();
  }

  private tick(): void {
    for (const profile of this.openProfiles()) {
      this.turn(profile).catch((error: unknown) => this.log.error(profile.name, error));
    }
    this.timer = setTimeout(() => this.tick(), setting('explorer.refreshSeconds') * 1000);
  }

  /** Profiles whose branch is open. */
  private openProfiles(): readonly ConnectionProfile[] {
    const open = this.provider.shownParents;
    return this.connections.profiles.filter(({ id }) =>
      open.some((node) => node.kind === 'connection' && node.connection === id),
    );
  }

  private turn(profile: ConnectionProfile): Promise<void> {
    return this.turns.get(profile.id) ?? this.begin(profile, this.ask(profile, false));
  }

  /** A turn and a search under way may have looked too early: waits for both, and looks again. */
  private turnAnew(profile: ConnectionProfile): Promise<void> {
    const before = this.turns.get(profile.id) ?? Promise.resolve();
    return this.begin(
      profile,
      before.then(() => this.ask(profile, true)),
    );
  }

  private begin(profile: ConnectionProfile, asking: Promise<void>): Promise<void> {
    const turn = asking.finally(() => {
      if (this.turns.get(profile.id) === turn) this.turns.delete(profile.id);
    });
    this.turns.set(profile.id, turn);
    return turn;
  }

  /** @param anew search for keys even if the last search is recent, and wait for what it finds. */
  private async ask(profile: ConnectionProfile, anew: boolean): Promise<void> {
    const ready = this.connections.state(profile.id).kind === 'ready';
    if (!ready && (profile.invalid !== undefined || !this.connections.mayConnect(profile.id))) return;
    const model = this.models.model(profile);
    try {
      const port = await this.connections.open(profile.id);
      const search = () => model.discover(port, setting('explorer.scanLimit'), this.models.glob);
      const searched = search();
      await model.refresh(port, this.wanted(profile.id));
      if (!anew) return;
      await searched;
      model.forgetDiscovery();
      await search();
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.log.error(profile.name, error);
    } finally {
      this.changed();
    }
  }

  /** What is on screen of a connection: leaves of open branches, and messages of open queues. */
  private wanted(connection: string): RefreshWanted {
    const snapshot = this.models.snapshot();
    const open = this.provider.shownParents
      .map((node) => this.provider.current(node))
      .filter((node) => node.connection === connection);
    const leaves = open.flatMap((node) =>
      node.kind === 'namespace' || node.kind === 'queues' || node.kind === 'streams'
        ? explorerChildren(snapshot, node)
        : [],
    );
    return {
      queues: leaves.flatMap((node) => (node.kind === 'queue' ? [node.name] : [])),
      streams: leaves.flatMap((node) => (node.kind === 'stream' ? [node.name] : [])),
      previews: open.flatMap((node) => (node.kind === 'queue' ? [node.name] : [])),
    };
  }
}
