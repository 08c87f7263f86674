import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';

/** Items whose commands are kept, those drawn last: far more than fit into a view. */
const keptItems = 5_000;

interface ItemCommand {
  readonly id: string;
  readonly runs: vscode.Command;
  readonly registration: vscode.Disposable;
}

/** What an item runs, and what it ran before: VS Code draws an item no second time before the first is on screen. */
interface Drawn {
  readonly now: ItemCommand;
  readonly before: ItemCommand | undefined;
}

/**
 * The commands of a view's tree items. VS Code keeps the arguments of an item's command no longer than the item, so that
 * a click would be lost that meets the item being drawn anew: it names arguments that are gone. A command without
 * arguments stays good, so each item gets one of its own, which knows them; a click runs it for what was on screen.
 */
export class ItemCommands implements vscode.Disposable {
  /** By the item's id; what was drawn last is at the end. */
  private readonly drawn = new Map<string, Drawn>();
  private count = 0;

  /** @param view the view's id: the commands are called by it, with the underscore that keeps them out of lists. */
  constructor(private readonly view: string) {}

  /** The same item with a command that outlives it. An item that has a command needs an id. */
  settle(item: vscode.TreeItem): vscode.TreeItem {
    if (item.command === undefined || item.id === undefined) return item;
    const { id } = this.commandOf(item.id, item.command);
    item.command = { command: id, title: item.command.title };
    return item;
  }

  dispose(): void {
    for (const item of [...this.drawn.keys()]) this.forget(item);
  }

  private commandOf(item: string, runs: vscode.Command): ItemCommand {
    const known = this.drawn.get(item);
    const same = known !== undefined && sameRun(known.now.runs, runs);
    const drawn = same ? known : { now: this.register(runs), before: known?.now };
    if (!same) known?.before?.registration.dispose();
    this.drawn.delete(item);
    this.drawn.set(item, drawn);
    for (const oldest of this.drawn.keys()) {
      if (this.drawn.size <= keptItems) break;
      this.forget(oldest);
    }
    return drawn.now;
  }

  private register(runs: vscode.Command): ItemCommand {
    const id = `_${this.view}.${this.count++}`;
    const registration = vscode.commands.registerCommand(id, () =>
      vscode.commands.executeCommand(runs.command, ...(runs.arguments ?? [])),
    );
    return { id, runs, registration };
  }

  private forget(item: string): void {
    const drawn = this.drawn.get(item);
    drawn?.now.registration.dispose();
    drawn?.before?.registration.dispose();
    this.drawn.delete(item);
  }
}

function sameRun(one: vscode.Command, other: vscode.Command): boolean {
  return one.command === other.command && isDeepStrictEqual(one.arguments, other.arguments);
}
