import type * as vscode from 'vscode';
import type { ConnectionProfile } from '../core/connectionProfile';
import type { TrafficState } from '../protocol/traffic';
import { stateLines } from './connectionLook';
import type { Connections } from './connections';
import type { Log } from './log';
import type { TrafficPanels } from './panels/trafficPanels';

/** Writes each change of state of each connection to the log once: of its command client, and of its panels. */
export class ConnectionLog implements vscode.Disposable {
  private readonly listening: readonly vscode.Disposable[];
  /** Kind and cause that were written last, by profile. */
  private readonly clients = new Map<string, string>();
  /** The same by panel. */
  private readonly panelStates = new Map<string, string>();

  constructor(
    private readonly connections: Connections,
    private readonly panels: Pick<TrafficPanels, 'onDidChange' | 'states'>,
    private readonly log: Pick<Log, 'info' | 'warn'>,
  ) {
    this.listening = [
      connections.onDidChange((profile) => {
        if (profile !== undefined) this.clientChanged(profile);
      }),
      panels.onDidChange(() => this.panelsChanged()),
    ];
  }

  dispose(): void {
    for (const listening of this.listening) listening.dispose();
  }

  /** Attempts that fail one after the other for the same cause are one state. */
  private clientChanged(profile: ConnectionProfile): void {
    const state = this.connections.state(profile.id);
    const text = 'cause' in state ? `${state.kind} ${state.cause.message}` : state.kind;
    const before = this.clients.get(profile.id) ?? 'idle';
    this.clients.set(profile.id, text);
    if (before === text) return;
    const line = `${profile.name}: ${stateLines(state, profile).join(' ')}`;
    if ('cause' in state) this.log.warn(line);
    else this.log.info(line);
  }

  /** Panels of one connection share a subscriber: what befalls it is written for the first of them only. */
  private panelsChanged(): void {
    const before = new Map(this.panelStates);
    this.panelStates.clear();
    for (const { panel, title, connection, state } of this.panels.states()) {
      const text = describe(state);
      const key = `${connection} ${text}`;
      const isTold = [...before.values(), ...this.panelStates.values()].includes(key);
      this.panelStates.set(panel, key);
      if (before.get(panel) === key || (isTold && state.kind !== 'live')) continue;
      const line = `${this.nameOf(connection)} · ${title}: ${text}`;
      if (state.kind === 'live' || state.kind === 'connecting') this.log.info(line);
      else this.log.warn(line);
    }
  }

  private nameOf(connection: string): string {
    return this.connections.profiles.find(({ id }) => id === connection)?.name ?? connection;
  }
}

function describe({ kind, detail }: TrafficState): string {
  return detail === '' ? kind : `${kind}: ${detail}`;
}
