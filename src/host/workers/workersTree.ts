import * as vscode from 'vscode';
import { readSavedWorkers } from '../../core/savedWorker';
import { isAlive } from '../../core/workerGroups';
import type { Connections } from '../connections';
import { onSettingChanged, setting } from '../settings';
import { ClientActivities } from './clientActivities';
import { goneItem, groupItem, lineItem, linesOf, savedItem, savedRootItem, workerItem } from './workerItem';
import type { WorkerService } from './workerService';
import type { WorkersView } from './workersView';

/** Uptimes in the view are this coarse. */
const refreshMs = 5_000;
/** The time until a restart is not. */
const countdownMs = 1_000;
/** VS Code waits for 200 ms of silence before it redraws a tree, so changes must not come closer than that. */
const gatherMs = 400;

/** A line of the Workers view, as commands get it. There is one object for each line: VS Code knows it by that. */
export type WorkerNode =
  | { readonly kind: 'workerGroup'; readonly id: string }
  | { readonly kind: 'worker'; readonly id: string; readonly group: string }
  /** The last that a crashed worker said. */
  | { readonly kind: 'workerLine'; readonly id: string; readonly worker: string; readonly index: number }
  | { readonly kind: 'savedWorkers'; readonly id: 'saved' }
  | { readonly kind: 'savedWorker'; readonly id: string; readonly saved: string };

/** How a line was drawn. */
interface Drawn {
  readonly node: WorkerNode;
  readonly parent: WorkerNode | undefined;
  /** What is on screen of it. */
  readonly text: string;
  /** The lines below it, and whether they are open. */
  readonly shape: string;
}

const savedRoot = { kind: 'savedWorkers', id: 'saved' } as const;

/**
 * What the Workers view shows: groups, in them their workers with state, pid, uptime and counts, below a crashed one what
 * it said last; and the saved workers, to be started.
 */
export class WorkersTree implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private readonly activities: ClientActivities;
  private timer: NodeJS.Timeout | undefined;
  private pending: NodeJS.Timeout | undefined;
  /** Groups that were started and are still to be brought into sight. */
  private started: readonly string[] = [];
  private readonly nodes = new Map<string, WorkerNode>();
  /**
   * What is on screen. Only lines with a visible difference are drawn anew: while VS Code draws all, a click on the button of
   * a line would reach its command without the line.
   */
  private drawn: ReadonlyMap<string, Drawn> = new Map();

  constructor(
    private readonly service: WorkerService,
    connections: Connections,
    private readonly view: WorkersView,
  ) {
    this.activities = new ClientActivities(
      connections,
      () => service.groups,
      (activities, problem) => {
        service.setActivities(activities);
        if (view.treeView.message !== problem) view.treeView.message = problem ?? '';
      },
    );
    this.subscriptions = [
      this.activities,
      service.onDidChange(() => this.refreshSoon()),
      service.onDidLaunch((groups) => {
        this.started = groups;
        this.refreshSoon();
      }),
      view.treeView.onDidChangeVisibility(() => this.refreshSoon()),
      onSettingChanged(['workers'], () => this.refreshSoon()),
    ];
    view.fill(this);
    this.refresh();
  }

  getChildren(node?: WorkerNode): WorkerNode[] {
    switch (node?.kind) {
      case undefined: {
        const groups = this.service.groups.map(({ id }) => this.node({ kind: 'workerGroup', id }));
        return Object.keys(setting('workers')).length === 0 ? groups : [...groups, savedRoot];
      }
      case 'workerGroup': {
        const group = this.service.groups.find(({ id }) => id === node.id);
        return (group?.workers ?? []).map(({ id }) => this.node({ kind: 'worker', id, group: node.id }));
      }
      case 'worker': {
        const found = this.found(node);
        return linesOf(found?.worker).map((_, index) =>
          this.node({ kind: 'workerLine', id: `${node.id}:${index}`, worker: node.id, index }),
        );
      }
      case 'savedWorkers':
        return readSavedWorkers(setting('workers')).map(({ name }) =>
          this.node({ kind: 'savedWorker', id: `saved:${name}`, saved: name }),
        );
      case 'workerLine':
      case 'savedWorker':
        return [];
    }
  }

  getTreeItem(node: WorkerNode): vscode.TreeItem {
    switch (node.kind) {
      case 'workerGroup': {
        const group = this.service.groups.find(({ id }) => id === node.id);
        return group === undefined ? goneItem(node.id) : groupItem(group);
      }
      case 'worker': {
        const found = this.found(node);
        return found === undefined ? goneItem(node.id) : workerItem(found.group, found.worker);
      }
      case 'workerLine': {
        const worker = this.service.groups
          .flatMap(({ workers }) => workers)
          .find(({ id }) => id === node.worker);
        return lineItem(node.id, linesOf(worker)[node.index] ?? '');
      }
      case 'savedWorkers':
        return savedRootItem(node.id);
      case 'savedWorker': {
        const entry = readSavedWorkers(setting('workers')).find(({ name }) => name === node.saved);
        return entry === undefined ? goneItem(node.id) : savedItem(node.id, entry);
      }
    }
  }

  getParent(node: WorkerNode): WorkerNode | undefined {
    switch (node.kind) {
      case 'worker':
        return this.nodes.get(node.group);
      case 'workerLine':
        return this.nodes.get(node.worker);
      case 'savedWorker':
        return savedRoot;
      case 'workerGroup':
      case 'savedWorkers':
        return undefined;
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.pending);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private refreshSoon(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.refresh();
    }, gatherMs);
  }

  private refresh(): void {
    const { groups } = this.service;
    const workers = groups.flatMap((group) => group.workers);
    const running = workers.filter(({ state }) => state.kind === 'running').length;
    const { treeView } = this.view;
    treeView.badge =
      running === 0
        ? undefined
        : {
            value: running,
            tooltip:
              running === 1
                ? vscode.l10n.t('1 worker running')
                : vscode.l10n.t('{0} workers running', running),
          };
    this.activities.look(treeView.visible && running > 0);
    clearTimeout(this.timer);
    const waiting = workers.some(({ state }) => state.kind === 'waiting');
    if (workers.some(isAlive)) {
      this.timer = setTimeout(() => this.refresh(), waiting ? countdownMs : refreshMs);
    }
    if (!treeView.visible) {
      this.started = [];
      return;
    }
    const before = this.drawn;
    this.drawn = this.draw();
    for (const id of this.nodes.keys()) if (!this.drawn.has(id)) this.nodes.delete(id);
    const changed = [...this.drawn].flatMap(([id, now]) => {
      const then = before.get(id);
      if (then === undefined) return [];
      // A line whose lines changed may have opened or closed by it, which is its parent's matter.
      if (then.shape !== now.shape) return now.node.kind === 'worker' ? [now.parent] : [now.node];
      return then.text === now.text ? [] : [now.node];
    });
    const shape = (drawn: ReadonlyMap<string, Drawn>): string =>
      [...drawn.values()].flatMap(({ node, parent }) => (parent === undefined ? node.id : [])).join('\n');
    if (shape(before) !== shape(this.drawn)) this.view.changed(undefined);
    else if (changed.length > 0)
      this.view.changed([...new Set(changed)].filter((each) => each !== undefined));
    void this.revealStarted();
  }

  /** Scrolls to what was started, as far as it fits, without taking the focus, the selection or another view's place. */
  private async revealStarted(): Promise<void> {
    const nodes = this.started.flatMap((id) => this.nodes.get(id) ?? []);
    this.started = [];
    const [first] = nodes;
    const last = nodes.at(-1);
    if (first === undefined || last === undefined) return;
    const { treeView } = this.view;
    const options = { select: false, focus: false };
    try {
      // The end before the beginning, which is what shall be seen where not all of it fits.
      await treeView.reveal(this.getChildren(last).at(-1) ?? last, options);
      if (treeView.visible) await treeView.reveal(first, options);
    } catch {
      // It was dismissed meanwhile.
    }
  }

  private draw(): ReadonlyMap<string, Drawn> {
    const drawn = new Map<string, Drawn>();
    const add = (node: WorkerNode, parent: WorkerNode | undefined): void => {
      const children = this.getChildren(node);
      const text = JSON.stringify(this.getTreeItem(node));
      drawn.set(node.id, { node, parent, text, shape: children.map(({ id }) => id).join('\n') });
      for (const child of children) add(child, node);
    };
    for (const node of this.getChildren()) add(node, undefined);
    return drawn;
  }

  private node(node: WorkerNode): WorkerNode {
    const known = this.nodes.get(node.id);
    if (known !== undefined) return known;
    this.nodes.set(node.id, node);
    return node;
  }

  private found(node: { readonly id: string; readonly group: string }) {
    const group = this.service.groups.find(({ id }) => id === node.group);
    const worker = group?.workers.find(({ id }) => id === node.id);
    return group === undefined || worker === undefined ? undefined : { group, worker };
  }
}
