import * as l10n from '@vscode/l10n';
import { endpointLabel } from '../core/endpoint';
import { toBytes } from '../core/messageValue';
import { RateMeter } from '../core/rateMeter';
import { Ring, type RingLimits } from '../core/ring';
import type { RingSource } from '../core/ringSource';
import type { Endpoint } from '../protocol/endpoint';
import type { Subscriptions, TrafficState } from '../protocol/traffic';
import { Subscriber } from '../redis/subscriber';
import { CapturePanel, type PanelConnection, type Post } from './capturePanel';
import { trafficState } from './captureState';

/** What CLIENT LIST shows. */
const clientName = 'redis-messaging-traffic';
const meterEveryMs = 1_000;

/** One connection: a subscriber, the ring that it fills, and the panels that look into it. */
export class CaptureConnection implements PanelConnection {
  readonly ring: Ring;
  rateVersion = 0;
  readonly panels = new Map<string, CapturePanel>();
  private label: string;
  private readonly subscriber: Subscriber;
  private readonly meter: RateMeter;
  private readonly meterTimer: NodeJS.Timeout;

  constructor(
    readonly id: string,
    endpoint: Endpoint,
    limits: RingLimits,
    private readonly post: Post,
  ) {
    this.label = endpointLabel(endpoint);
    this.ring = new Ring(limits);
    this.ring.onOversized = (nameBytes) => this.leftOut(nameBytes);
    this.meter = new RateMeter(this.ring, performance.now());
    this.meterTimer = setInterval(() => this.tickMeter(), meterEveryMs);
    this.subscriber = new Subscriber({
      endpoint,
      clientName,
      ring: this.ring,
      onChange: () => this.stateChanged(),
      log: (level, text) => post({ kind: 'log', level, text: `${this.label}: ${text}` }),
    });
  }

  /**
   * Adds a panel with its subscriptions; one that is there already only makes a failed subscriber try again.
   * @throws {Failure} `argument` when a name is malformed
   */
  watch(panelId: string, subscriptions: Subscriptions, endpoint: Endpoint): void {
    const sources = this.sources(subscriptions);
    const known = this.panels.get(panelId);
    if (known !== undefined && sameSources(known.sources, sources)) {
      this.label = endpointLabel(endpoint);
      this.subscriber.retry(endpoint);
      return;
    }
    if (known !== undefined) this.unwatch(panelId);
    const panel = new CapturePanel(panelId, sources, this, this.post);
    this.panels.set(panelId, panel);
    this.subscriber.hold(sources);
    this.subscriber.retry(endpoint);
    for (const other of this.panels.values()) other.view.sourcesChanged();
    panel.postState();
  }

  /** Removes a panel and unsubscribes from what no other one holds. */
  unwatch(panelId: string): void {
    const panel = this.panels.get(panelId);
    if (panel === undefined) return;
    this.panels.delete(panelId);
    const held = new Set([...this.panels.values()].flatMap((other) => [...other.sources]));
    this.subscriber.drop([...panel.sources].filter((source) => !held.has(source)));
  }

  state(sources: ReadonlySet<RingSource>): TrafficState {
    return trafficState(this.subscriber.state(sources), this.label);
  }

  dispose(): void {
    clearInterval(this.meterTimer);
    this.panels.clear();
    this.subscriber.dispose();
  }

  private sources(subscriptions: Subscriptions): Set<RingSource> {
    const { channels, patterns, shardChannels } = subscriptions;
    return new Set([
      ...channels.map((name) => this.ring.source('message', toBytes(name))),
      ...patterns.map((name) => this.ring.source('pmessage', toBytes(name))),
      ...shardChannels.map((name) => this.ring.source('smessage', toBytes(name))),
    ]);
  }

  private leftOut(nameBytes: number): void {
    const reason = l10n.t('A message was left out: the name of its channel has {0} bytes.', nameBytes);
    const { now } = this.ring;
    this.ring.gaps.end(this.ring.beginGap(now, reason), now);
  }

  private stateChanged(): void {
    for (const panel of this.panels.values()) panel.postState();
  }

  private tickMeter(): void {
    if (this.meter.tick(performance.now())) this.rateVersion++;
    for (const panel of this.panels.values()) panel.view.channels.update();
  }
}

function sameSources(one: ReadonlySet<RingSource>, other: ReadonlySet<RingSource>): boolean {
  return one.size === other.size && [...one].every((source) => other.has(source));
}
