import * as vscode from 'vscode';
import { ConnectionLog } from './connectionLog';
import { ConnectionStatus } from './connectionStatus';
import type { Connections } from './connections';
import { productionColour } from './explorer/productionColour';
import type { Log } from './log';
import type { TrafficPanels } from './panels/trafficPanels';
import { PasswordNotice } from './passwordNotice';

/** Where the states of the connections show besides the sidebar: status bar, log, notice of a refused password. */
export class ConnectionSigns implements vscode.Disposable {
  readonly passwordNotice: PasswordNotice;
  private readonly parts: readonly vscode.Disposable[];

  constructor(connections: Connections, panels: TrafficPanels, log: Log) {
    this.passwordNotice = new PasswordNotice(connections, panels);
    this.parts = [
      this.passwordNotice,
      new ConnectionStatus(connections),
      new ConnectionLog(connections, panels, log),
      vscode.window.registerFileDecorationProvider(productionColour),
    ];
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}
