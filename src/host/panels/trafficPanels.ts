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
import type { PanelFactory } from './panelFactory';
import { receiversOf, subscriptionKey, subscriptionTitle } from './subscriptionNames';
import type { TrafficPanel } from './trafficPanel';

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

  private factory: Promise<PanelFactory> | undefined;
  private disposed = false;

  /** @param loadFactory called with the first panel. */
  constructor(private readonly loadFactory: () => Promise<PanelFactory>) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(trafficViewType, this);
  }

  /** Shows the panel on these subscriptions, opening it unless it is open. Returns its id. */
  async open(identity: PanelIdentity): Promise<string> {
    const factory = await this.panelFactory();
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
    return this.adopt(factory, identity, noFilter, view).id;
  }

  /** Called by VS Code for each panel that was open when the window was reloaded. */
  async deserializeWebviewPanel(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const restored = readRestored(state);
    if (restored === undefined) view.dispose();
    else this.adopt(await this.panelFactory(), restored.identity, restored.filter, view).tellRestored();
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

  /** How each panel stands. */
  states(): readonly Omit<TrafficReport, 'counts' | 'paused'>[] {
    return [...this.panels.values()].map(describe);
  }

  /** How a panel stands, for programs. @throws {Failure} `notFound`, `timeout`. */
  async traffic(id?: string): Promise<TrafficReport> {
    const panel = this.find(id);
    return {
      ...describe(panel),
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

  /** The titles of the panels of a connection. */
  titles(connection: string): readonly string[] {
    return this.of(connection).map(({ title }) => title);
  }

  /** Closes the panels of a connection; what they hold is lost. */
  closeAll(connection: string): void {
    for (const panel of this.of(connection)) panel.dispose();
  }

  dispose(): void {
    this.disposed = true;
    void this.factory?.then((factory) => factory.dispose());
    this.serializer.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
    this.changes.dispose();
  }

  private of(connection: string): TrafficPanel[] {
    return [...this.panels.values()].filter((panel) => panel.identity.connection === connection);
  }

  private live(connection: string): Subscriptions[] {
    return this.of(connection)
      .filter((panel) => panel.state.kind === 'live')
      .map((panel) => panel.identity.subscriptions);
  }

  private panelFactory(): Promise<PanelFactory> {
    this.factory ??= this.loadFactory().then((factory) => {
      if (this.disposed) factory.dispose();
      return factory;
    });
    return this.factory;
  }

  private adopt(
    factory: PanelFactory,
    identity: PanelIdentity,
    filter: ViewFilter,
    view: vscode.WebviewPanel,
  ): TrafficPanel {
    const panel = factory.make(`traffic-${randomUUID().slice(0, 8)}`, identity, filter, view);
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

function describe(panel: TrafficPanel): Omit<TrafficReport, 'counts' | 'paused'> {
  const { id, title, identity, state } = panel;
  return {
    panel: id,
    title,
    connection: identity.connection,
    subscriptions: identity.subscriptions,
    state,
  };
}
