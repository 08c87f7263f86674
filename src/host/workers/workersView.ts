import * as vscode from 'vscode';
import {
  failed,
  groupDescription,
  groupLabel,
  isAlive,
  type Worker,
  type WorkerGroup,
  workerDescription,
  workerTooltip,
} from '../../core/workerGroups';
import { templateDescriptions } from '../../core/workerTemplates';
import { contextValues, fullCommandId, viewIds } from '../contributed';
import type { WorkerService } from './workerService';

/** Uptimes in the view are this coarse. */
const refreshMs = 5_000;
/** VS Code waits for 200 ms of silence before it redraws a tree, so changes must not come closer than that. */
const gatherMs = 400;

/** A line of the Workers view, as commands get it. */
export type WorkerNode =
  | { readonly kind: 'workerGroup'; readonly id: string; readonly group: WorkerGroup }
  | { readonly kind: 'worker'; readonly id: string; readonly group: WorkerGroup; readonly worker: Worker };

/** The Workers view: groups, and in them their workers with state, pid, uptime and counts. */
export class WorkersView implements vscode.TreeDataProvider<WorkerNode>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<WorkerNode>;
  private readonly subscriptions: vscode.Disposable[];
  private readonly timer: NodeJS.Timeout;
  private pending: NodeJS.Timeout | undefined;
  /** What is on screen, so that only a visible difference redraws it. */
  private drawn = '';

  readonly onDidChangeTreeData = this.changes.event;

  constructor(private readonly service: WorkerService) {
    this.view = vscode.window.createTreeView(viewIds.workers, { treeDataProvider: this });
    this.timer = setInterval(() => this.refreshSoon(), refreshMs);
    this.subscriptions = [
      this.changes,
      this.view,
      service.onDidChange(() => this.refreshSoon()),
      this.view.onDidChangeVisibility(() => this.refreshSoon()),
    ];
  }

  getChildren(node?: WorkerNode): WorkerNode[] {
    if (node === undefined) {
      return this.service.groups.map((group) => ({ kind: 'workerGroup', id: group.id, group }));
    }
    if (node.kind === 'worker') return [];
    // The node may be older than the group.
    const group = this.service.groups.find(({ id }) => id === node.id);
    return (group?.workers ?? []).map((worker) => ({
      kind: 'worker',
      id: worker.id,
      group: group ?? node.group,
      worker,
    }));
  }

  getTreeItem(node: WorkerNode): vscode.TreeItem {
    return node.kind === 'workerGroup' ? groupItem(node.group) : workerItem(node.group, node.worker);
  }

  getParent(node: WorkerNode): WorkerNode | undefined {
    return node.kind === 'worker' ? { kind: 'workerGroup', id: node.group.id, group: node.group } : undefined;
  }

  dispose(): void {
    clearInterval(this.timer);
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
    const running = this.service.groups.reduce((sum, group) => sum + group.workers.filter(isAlive).length, 0);
    this.view.badge =
      running === 0 ? undefined : { value: running, tooltip: vscode.l10n.t('{0} workers running', running) };
    if (!this.view.visible) return;
    const shown = JSON.stringify(
      this.service.groups.map((group) => [
        groupItem(group),
        group.workers.map((each) => workerItem(group, each)),
      ]),
    );
    if (shown === this.drawn) return;
    this.drawn = shown;
    this.changes.fire();
  }
}

function groupItem(group: WorkerGroup): vscode.TreeItem {
  const alive = group.workers.some(isAlive);
  const item = new vscode.TreeItem(groupLabel(group), vscode.TreeItemCollapsibleState.Expanded);
  item.id = group.id;
  item.description = groupDescription(group);
  item.tooltip = `${groupLabel(group)}\n${groupDescription(group)}\n${group.connection.name}`;
  item.iconPath = new vscode.ThemeIcon(templateDescriptions[group.template].icon);
  item.accessibilityInformation = { label: `${groupLabel(group)}, ${groupDescription(group)}` };
  item.contextValue = alive ? contextValues.workerGroupRunning : contextValues.workerGroupEnded;
  return item;
}

function workerItem(group: WorkerGroup, worker: Worker): vscode.TreeItem {
  const now = Date.now();
  const item = new vscode.TreeItem(`#${worker.number}`, vscode.TreeItemCollapsibleState.None);
  item.id = worker.id;
  item.description = workerDescription(group, worker, now);
  item.tooltip = workerTooltip(group, worker, now);
  item.iconPath = stateIcon(worker);
  item.contextValue = isAlive(worker) ? contextValues.workerRunning : contextValues.workerEnded;
  item.accessibilityInformation = { label: `${groupLabel(group)} ${item.label} ${item.description}` };
  item.command = {
    command: fullCommandId('worker.showTerminal'),
    title: vscode.l10n.t('Show Terminal'),
    arguments: [{ kind: 'worker', id: worker.id }],
  };
  return item;
}

function stateIcon(worker: Worker): vscode.ThemeIcon {
  switch (worker.state.kind) {
    case 'starting':
    case 'resuming':
      return new vscode.ThemeIcon('loading~spin');
    case 'running':
      return new vscode.ThemeIcon('play', new vscode.ThemeColor('testing.iconPassed'));
    case 'ended':
      return failed(worker.state)
        ? new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'))
        : new vscode.ThemeIcon('circle-outline');
  }
}
