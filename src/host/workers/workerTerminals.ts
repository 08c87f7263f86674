import * as vscode from 'vscode';
import type { TerminalDescription } from '../../core/workerLaunch';

/** A terminal that was closed, and with which code its launcher had ended, if it had. */
export interface ClosedTerminal {
  readonly worker: string;
  readonly exitCode: number | undefined;
}

/** The integrated terminals of our workers, by worker id. */
export class WorkerTerminals implements vscode.Disposable {
  private readonly terminals = new Map<string, vscode.Terminal>();
  /** Workers of an earlier host that are known by their launcher only. */
  private readonly unmatched = new Map<string, number>();
  private readonly closed = new vscode.EventEmitter<ClosedTerminal>();
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidClose = this.closed.event;

  constructor() {
    this.subscriptions = [
      this.closed,
      vscode.window.onDidOpenTerminal((terminal) => void this.match(terminal)),
      vscode.window.onDidCloseTerminal((terminal) => this.wasClosed(terminal)),
    ];
  }

  /**
   * Opens a terminal, in a split beside that of another worker where one is named. VS Code honours that only for a
   * neighbour which was created in the same turn: what shall stand side by side is created at once.
   */
  create(worker: string, description: TerminalDescription, icon: string, beside: string | undefined): void {
    const neighbour = beside === undefined ? undefined : this.terminals.get(beside);
    const terminal = vscode.window.createTerminal({
      name: description.name,
      shellPath: description.shellPath,
      shellArgs: [...description.shellArgs],
      env: { ...description.env },
      iconPath: new vscode.ThemeIcon(icon),
      location: neighbour === undefined ? vscode.TerminalLocation.Panel : { parentTerminal: neighbour },
    });
    this.terminals.set(worker, terminal);
  }

  /** Finds the terminal in which a launcher runs, now or as soon as the reloaded window has it again. */
  async adopt(worker: string, launcherPid: number): Promise<void> {
    if (this.terminals.has(worker)) return;
    this.unmatched.set(worker, launcherPid);
    await Promise.all(vscode.window.terminals.map((terminal) => this.match(terminal)));
  }

  has(worker: string): boolean {
    return this.terminals.has(worker);
  }

  /** What stands on a worker's terminal. */
  name(worker: string): string | undefined {
    return this.terminals.get(worker)?.name;
  }

  /** Returns false when its terminal is gone. */
  show(worker: string, preserveFocus: boolean): boolean {
    const terminal = this.terminals.get(worker);
    terminal?.show(preserveFocus);
    return terminal !== undefined;
  }

  /** Types into it, without Enter. Returns false when its terminal is gone. */
  type(worker: string, keys: string): boolean {
    const terminal = this.terminals.get(worker);
    terminal?.sendText(keys, false);
    return terminal !== undefined;
  }

  /** Forgets a worker's terminal, so that `onDidClose` does not tell of it. Returns it, still open, if there is one. */
  release(worker: string): vscode.Terminal | undefined {
    const terminal = this.terminals.get(worker);
    this.terminals.delete(worker);
    this.unmatched.delete(worker);
    return terminal;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async match(terminal: vscode.Terminal): Promise<void> {
    if (this.unmatched.size === 0) return;
    const pid = await terminal.processId;
    for (const [worker, launcherPid] of this.unmatched) {
      if (pid !== launcherPid) continue;
      this.unmatched.delete(worker);
      this.terminals.set(worker, terminal);
    }
  }

  private wasClosed(terminal: vscode.Terminal): void {
    for (const [worker, known] of this.terminals) {
      if (known !== terminal) continue;
      this.terminals.delete(worker);
      // The window is being reloaded or closed, and what becomes of the worker is for the next host to see.
      if (terminal.exitStatus?.reason === vscode.TerminalExitReason.Shutdown) return;
      this.closed.fire({ worker, exitCode: terminal.exitStatus?.code });
    }
  }
}
