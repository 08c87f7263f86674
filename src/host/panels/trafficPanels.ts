import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import { toBytes } from '../../core/messageValue';
import { noFilter } from '../../core/trafficFilter';
import type {
  PanelIdentity,
  Subscriptions,
  TrafficCounts,
  TrafficState,
  ViewFilter,
} from '../../protocol/traffic';
import { trafficViewType } from '../contributed';
import { readRestored } from './inboundMessages';
import { receiversOf, subscriptionKey, subscriptionTitle } from './subscriptionNames';
import { type PanelDependencies, TrafficPanel } from './trafficPanel';

/** A panel as the exported API and commands tell of it. */
export interface TrafficReport {
  readonly panel: string;
  readonly title: string;
  /** Id of the profile. */
  readonly connection: string;
  readonly subscriptions: Subscriptions;
  readonly state: TrafficState;
  readonly paused: boolean;
  /** Absent while the panel watches nothing. */
  readonly counts?: TrafficCounts;
}

/** All traffic panels of the window. */
export class TrafficPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, TrafficPanel>();
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly serializer: vscode.Disposable;

  /** Fires when a panel opened, closed or changed its state. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly deps: PanelDependencies) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(trafficViewType, this);
  }

  /** Shows the panel on these subscriptions, opening it unless it is open. Returns its id. */
  open(identity: PanelIdentity): string {
    const key = subscriptionKey(identity.subscriptions);
    for (const panel of this.panels.values()) {
      const { connection, subscriptions } = panel.identity;
      if (connection !== identity.connection || subscriptionKey(subscriptions) !== key) continue;
      panel.reveal();
      return panel.id;
    }
    const view = vscode.window.createWebviewPanel(
      trafficViewType,
      subscriptionTitle(identity.subscriptions),
      vscode.ViewColumn.Active,
    );
    return this.adopt(identity, noFilter, view).id;
  }

  /** Called by VS Code for each panel that was open when the window was reloaded. */
  async deserializeWebviewPanel(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const restored = readRestored(state);
    if (restored === undefined) view.dispose();
    else this.adopt(restored.identity, restored.filter, view).tellRestored();
  }

  /**
   * The panel with this id; without one the active, else the only.
   * @throws {Failure} `notFound`.
   */
  find(id?: string): TrafficPanel {
    const all = [...this.panels.values()];
    const found =
      id === undefined
        ? (all.find((panel) => panel.active) ?? (all.length === 1 ? all[0] : undefined))
        : this.panels.get(id);
    if (found !== undefined) return found;
    const known = all.map((panel) => panel.id).join(', ') || '–';
    throw new Failure(
      'notFound',
      id === undefined
        ? vscode.l10n.t('No traffic panel is active.')
        : vscode.l10n.t('There is no traffic panel "{0}".', id),
      { hint: vscode.l10n.t('Open panels: {0}.', known) },
    );
  }

  /** How a panel stands, for programs. @throws {Failure} `notFound`, `timeout`. */
  async traffic(id?: string): Promise<TrafficReport> {
    const panel = this.find(id);
    return {
      panel: panel.id,
      title: panel.title,
      connection: panel.identity.connection,
      subscriptions: panel.identity.subscriptions,
      state: panel.state,
      paused: panel.paused,
      ...(panel.watching ? { counts: await panel.counts() } : {}),
    };
  }

  /**
   * How often a PUBLISH (or, `sharded`, SPUBLISH) on the channel counts the subscriber of our panels. All panels of a
   * connection share one subscriber; panels that are not live count nothing.
   */
  ownReceivers(connection: string, channel: Uint8Array, sharded = false): number {
    return receiversOf(this.live(connection), channel, sharded);
  }

  /** The patterns that panels watch on a connection, each once. */
  patterns(connection: string): readonly Buffer[] {
    const patterns = this.live(connection).flatMap((held) => held.patterns.map(toBytes));
    return [...new Map(patterns.map((pattern) => [pattern.toString('latin1'), pattern])).values()];
  }

  dispose(): void {
    this.serializer.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
    this.changes.dispose();
  }

  private live(connection: string): Subscriptions[] {
    return [...this.panels.values()]
      .filter((panel) => panel.identity.connection === connection && panel.state.kind === 'live')
      .map((panel) => panel.identity.subscriptions);
  }

  private adopt(identity: PanelIdentity, filter: ViewFilter, view: vscode.WebviewPanel): TrafficPanel {
    const panel = new TrafficPanel(`traffic-${randomUUID().slice(0, 8)}`, identity, filter, view, this.deps);
    this.panels.set(panel.id, panel);
    const listening = panel.onDidChange(() => {
      if (panel.state.kind === 'closed') {
        this.panels.delete(panel.id);
        listening.dispose();
      }
      this.changes.fire();
    });
    this.changes.fire();
    return panel;
  }
}
