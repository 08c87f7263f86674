import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { readSavedWorkers, type SavedWorker } from '../../core/savedWorker';
import {
  failed,
  groupDescription,
  groupLabel,
  isAlive,
  lastLines,
  type Worker,
  type WorkerGroup,
  workerDescription,
  workerRow,
  workerTooltip,
} from '../../core/workerGroups';
import { programIcon } from '../../core/workerProgram';
import type { Connections } from '../connections';
import { contextValues, fullCommandId } from '../contributed';
import { plainLabel } from '../plainText';
import { onSettingChanged, setting } from '../settings';
import { ClientActivities } from './clientActivities';
import { savedDescription, savedIcon } from './savedItem';
import type { WorkerService } from './workerService';
import type { WorkersView } from './workersView';

/** Uptimes in the view are this coarse. */
const refreshMs = 5_000;
/** The time until a restart is not. */
const countdownMs = 1_000;
/** VS Code waits for 200 ms of silence before it redraws a tree, so changes must not come closer than that. */
const gatherMs = 400;
const shownLines = 6;

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
        return savedRootItem();
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
      running === 0 ? undefined : { value: running, tooltip: vscode.l10n.t('{0} workers running', running) };
    this.activities.look(treeView.visible && running > 0);
    clearTimeout(this.timer);
    const waiting = workers.some(({ state }) => state.kind === 'waiting');
    if (workers.some(isAlive)) {
      this.timer = setTimeout(() => this.refresh(), waiting ? countdownMs : refreshMs);
    }
    if (!treeView.visible) return;
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

function linesOf(worker: Worker | undefined): string[] {
  if (worker === undefined || !failed(worker.state) || !('end' in worker.state)) return [];
  return lastLines(worker.state.end.stderrTail, shownLines);
}

/** A line that is about to be removed. */
function goneItem(id: string): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
  item.id = id;
  return item;
}

function groupItem(group: WorkerGroup): vscode.TreeItem {
  const alive = group.workers.some(isAlive);
  const item = new vscode.TreeItem(groupLabel(group), vscode.TreeItemCollapsibleState.Expanded);
  item.id = group.id;
  item.description = groupDescription(group);
  const lines = [groupLabel(group), groupDescription(group), group.connection.name];
  if (group.program.kind === 'script') lines.push(displayText(group.program.file, 300));
  if (group.restarts > 0)
    lines.push(vscode.l10n.t('restarted after up to {0} crashes in a row', group.restarts));
  item.tooltip = lines.join('\n');
  item.iconPath = new vscode.ThemeIcon(programIcon(group.program));
  item.accessibilityInformation = { label: `${groupLabel(group)}, ${groupDescription(group)}` };
  item.contextValue = alive ? contextValues.workerGroupRunning : contextValues.workerGroupEnded;
  return item;
}

function workerItem(group: WorkerGroup, worker: Worker): vscode.TreeItem {
  const now = Date.now();
  const said = linesOf(worker).length > 0;
  const item = new vscode.TreeItem(
    `#${worker.number}`,
    said ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  // Of its own while it has lines: VS Code keeps a row closed that had none when it first saw it.
  item.id = said ? `${worker.id}:ended` : worker.id;
  item.description = workerRow(group, worker, now);
  item.tooltip = workerTooltip(group, worker, now);
  item.iconPath = stateIcon(worker);
  item.contextValue = workerContext(worker);
  item.accessibilityInformation = {
    label: `${groupLabel(group)} ${item.label} ${workerDescription(group, worker, now)}`,
  };
  item.command = {
    command: fullCommandId('worker.showTerminal'),
    title: vscode.l10n.t('Show Terminal'),
    arguments: [{ kind: 'worker', id: worker.id }],
  };
  return item;
}

function lineItem(id: string, text: string): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = text;
  item.tooltip = text;
  item.accessibilityInformation = { label: text };
  return item;
}

function savedRootItem(): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Saved'), vscode.TreeItemCollapsibleState.Expanded);
  item.id = savedRoot.id;
  item.iconPath = new vscode.ThemeIcon('save');
  return item;
}

function savedItem(id: string, entry: SavedWorker): vscode.TreeItem {
  const item = new vscode.TreeItem(displayText(entry.name, 80), vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = savedDescription(entry);
  item.tooltip = `${displayText(entry.name)}\n${savedDescription(entry)}`;
  item.iconPath = new vscode.ThemeIcon(savedIcon(entry));
  item.contextValue = contextValues.savedWorker;
  item.accessibilityInformation = { label: `${plainLabel(displayText(entry.name))}, ${item.description}` };
  return item;
}

function workerContext({ state }: Worker): string {
  if (state.kind === 'waiting') return contextValues.workerWaiting;
  return state.kind === 'ended' ? contextValues.workerEnded : contextValues.workerRunning;
}

function stateIcon(worker: Worker): vscode.ThemeIcon {
  switch (worker.state.kind) {
    case 'starting':
    case 'resuming':
      return new vscode.ThemeIcon('loading~spin');
    case 'running':
      return new vscode.ThemeIcon('play', new vscode.ThemeColor('testing.iconPassed'));
    case 'waiting':
      return new vscode.ThemeIcon('history', new vscode.ThemeColor('testing.iconFailed'));
    case 'ended':
      return failed(worker.state)
        ? new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'))
        : new vscode.ThemeIcon('circle-outline');
  }
}
