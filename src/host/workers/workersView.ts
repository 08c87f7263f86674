import * as vscode from 'vscode';
import { viewIds } from '../contributed';
import { ItemCommands } from '../itemCommands';
import { setting } from '../settings';
import type { WorkerNode, WorkersTree } from './workersTree';

/**
 * The Workers view's place at activation: empty until there is something to show, since what draws its lines is loaded
 * with the first worker.
 */
export class WorkersView implements vscode.TreeDataProvider<WorkerNode>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<WorkerNode[] | undefined>();
  private readonly itemCommands = new ItemCommands(viewIds.workers);
  private tree: WorkersTree | undefined;

  readonly onDidChangeTreeData = this.changes.event;
  readonly treeView: vscode.TreeView<WorkerNode>;

  /** @param load fills the view: asked for when saved workers are to be seen. */
  constructor(private readonly load: () => void) {
    this.treeView = vscode.window.createTreeView(viewIds.workers, { treeDataProvider: this });
  }

  /** From now on this is what is shown. */
  fill(tree: WorkersTree): void {
    this.tree = tree;
    this.changed(undefined);
  }

  /** Draws these lines anew with what is below them; undefined for all. */
  changed(nodes: WorkerNode[] | undefined): void {
    this.changes.fire(nodes);
  }

  getChildren(node?: WorkerNode): WorkerNode[] {
    if (this.tree !== undefined) return this.tree.getChildren(node);
    if (Object.keys(setting('workers')).length > 0) this.load();
    return [];
  }

  getTreeItem(node: WorkerNode): vscode.TreeItem {
    return this.itemCommands.settle(this.tree?.getTreeItem(node) ?? new vscode.TreeItem(''));
  }

  getParent(node: WorkerNode): WorkerNode | undefined {
    return this.tree?.getParent(node);
  }

  dispose(): void {
    this.treeView.dispose();
    this.itemCommands.dispose();
    this.changes.dispose();
  }
}
