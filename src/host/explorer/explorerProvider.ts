import * as vscode from 'vscode';
import type { ExplorerNode } from '../../core/explorerNode';
import type { ExplorerSnapshot } from '../../core/explorerSnapshot';
import { explorerChildren } from '../../core/explorerTree';
import { viewIds } from '../contributed';
import { ItemCommands } from '../itemCommands';
import { explorerItem } from './explorerItem';

/** A line on screen. VS Code knows it by the object that it was `given`; `node` holds the latest data of the same id. */
interface Line {
  readonly given: ExplorerNode;
  readonly node: ExplorerNode;
  readonly text: string;
}

/** What VS Code has been given for one parent: enough to tell which lines differ by now. */
interface Shown {
  readonly parent: ExplorerNode | undefined;
  readonly children: ReadonlyMap<string, Line>;
}

/**
 * The explorer's data provider. It never waits: it shows what the models know, and fires a change only for lines whose
 * text differs from what VS Code was given.
 */
export class ExplorerProvider implements vscode.TreeDataProvider<ExplorerNode>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<readonly ExplorerNode[] | undefined>();
  private readonly shown = new Map<string, Shown>();
  private readonly itemCommands = new ItemCommands(viewIds.explorer);
  readonly onDidChangeTreeData = this.changes.event as vscode.Event<ExplorerNode[] | undefined>;

  constructor(private readonly snapshot: () => ExplorerSnapshot) {}

  getTreeItem(node: ExplorerNode): vscode.TreeItem {
    return this.itemCommands.settle(explorerItem(this.current(node), this.alone()));
  }

  getChildren(parent?: ExplorerNode): ExplorerNode[] {
    const children = explorerChildren(
      this.snapshot(),
      parent === undefined ? undefined : this.current(parent),
    );
    this.shown.set(parent?.id ?? '', this.describe(parent, children));
    return [...children];
  }

  /** The node below which VS Code was given this one; it asks for that to reveal a node. */
  getParent({ id }: ExplorerNode): ExplorerNode | undefined {
    return [...this.shown.values()].find(({ children }) => children.has(id))?.parent;
  }

  /** The line of a connection, whether VS Code was given it yet or not. */
  connectionNode(connection: string): ExplorerNode | undefined {
    return explorerChildren(this.snapshot(), undefined).find((node) => node.connection === connection);
  }

  /** The latest data of a node that VS Code holds. */
  current(node: ExplorerNode): ExplorerNode {
    for (const { children } of this.shown.values()) {
      const known = children.get(node.id);
      if (known !== undefined) return known.node;
    }
    return node;
  }

  /** Nodes below which VS Code was last given children. */
  get shownParents(): readonly ExplorerNode[] {
    return [...this.shown.values()].flatMap(({ parent }) => (parent === undefined ? [] : [parent]));
  }

  /** Forgets a branch that was closed: its lines are not kept up to date. */
  collapse(node: ExplorerNode): void {
    this.shown.delete(node.id);
  }

  /** Compares what is known with what is shown and tells VS Code of the lines that differ. */
  update(): void {
    const snapshot = this.snapshot();
    const changed: ExplorerNode[] = [];
    for (const [parentId, { parent, children }] of this.shown) {
      const current = parent === undefined ? undefined : this.current(parent);
      const now = this.describe(parent, explorerChildren(snapshot, current));
      if (!sameKeys(children, now.children)) {
        if (parent === undefined) {
          this.updateAll();
          return;
        }
        changed.push(parent);
        continue;
      }
      const lines = new Map<string, Line>();
      for (const [id, line] of now.children) {
        const before = children.get(id);
        const given = before?.given ?? line.given;
        lines.set(id, { ...line, given });
        if (before?.text !== line.text) changed.push(given);
      }
      this.shown.set(parentId, { parent, children: lines });
    }
    if (changed.length > 0) this.changes.fire(changed);
  }

  updateAll(): void {
    this.shown.clear();
    this.changes.fire(undefined);
  }

  dispose(): void {
    this.changes.dispose();
    this.itemCommands.dispose();
  }

  private describe(parent: ExplorerNode | undefined, children: readonly ExplorerNode[]): Shown {
    const alone = this.alone();
    const line = (node: ExplorerNode): Line => ({ given: node, node, text: itemText(node, alone) });
    return { parent, children: new Map(children.map((node) => [node.id, line(node)])) };
  }

  private alone(): boolean {
    return this.snapshot().connections.length === 1;
  }
}

function itemText(node: ExplorerNode, alone: boolean): string {
  const { label, description, tooltip, contextValue, iconPath } = explorerItem(node, alone);
  return JSON.stringify([label, description, tooltip, contextValue, iconPath]);
}

function sameKeys(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): boolean {
  if (before.size !== after.size) return false;
  const afterKeys = after.keys();
  for (const key of before.keys()) if (key !== afterKeys.next().value) return false;
  return true;
}
