import * as vscode from 'vscode';
import type { ConnectionProfile } from '../core/connectionProfile';
import { displayText } from '../core/displayText';
import type { Connections } from './connections';
import { fullCommandId } from './contributed';
import type { TrafficPanels } from './panels/trafficPanels';
import { plainNotice } from './plainText';

/**
 * Tells once when a connection that worked is refused its password or user, for example since that was changed on the
 * server: its command client and its panels then fail together, and nothing tries again by itself.
 */
export class PasswordNotice implements vscode.Disposable {
  private readonly listening: readonly vscode.Disposable[];
  /** Profiles that have worked since the last time that this was told. */
  private readonly working = new Set<string>();
  /** Profiles that the user connects at this moment: the command asks by itself. */
  private readonly asking = new Set<string>();
  /** Kinds of state by panel, since only a change of it says something. */
  private panelKinds = new Map<string, string>();

  constructor(
    private readonly connections: Connections,
    private readonly panels: TrafficPanels,
  ) {
    this.listening = [
      connections.onDidChange((profile) => {
        if (profile !== undefined) this.clientChanged(profile);
      }),
      panels.onDidChange(() => this.panelsChanged()),
    ];
  }

  /** While `act` runs, it asks for the password itself where that is refused. */
  async whileAsking<Result>(id: string, act: () => Promise<Result>): Promise<Result> {
    this.asking.add(id);
    try {
      return await act();
    } finally {
      this.asking.delete(id);
    }
  }

  dispose(): void {
    for (const listening of this.listening) listening.dispose();
  }

  private clientChanged(profile: ConnectionProfile): void {
    const state = this.connections.state(profile.id);
    if (state.kind === 'ready') this.working.add(profile.id);
    if (state.kind === 'failed' && state.cause.code === 'authentication') {
      this.refused(profile, state.cause.message);
    }
  }

  private panelsChanged(): void {
    const before = this.panelKinds;
    const states = this.panels.states();
    this.panelKinds = new Map(states.map(({ panel, state }) => [panel, state.kind]));
    for (const { panel, connection, state } of states) {
      if (before.get(panel) === state.kind) continue;
      if (state.kind === 'live') this.working.add(connection);
      if (state.kind !== 'failed' || state.code !== 'authentication') continue;
      const profile = this.connections.profiles.find(({ id }) => id === connection);
      if (profile !== undefined) this.refused(profile, state.detail);
    }
  }

  private refused(profile: ConnectionProfile, cause: string): void {
    if (!this.working.delete(profile.id) || this.asking.has(profile.id)) return;
    void this.tell(profile, cause);
  }

  private async tell({ id, name }: ConnectionProfile, cause: string): Promise<void> {
    const enter = vscode.l10n.t('Enter Password…');
    const text = plainNotice(`${displayText(name)}: ${displayText(cause, 300)}`);
    if ((await vscode.window.showWarningMessage(text, enter)) !== enter) return;
    // It asks only where the password is still refused.
    await vscode.commands.executeCommand(fullCommandId('connection.connect'), {
      kind: 'notification',
      id,
      connection: id,
    });
  }
}
