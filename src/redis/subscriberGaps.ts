import * as l10n from '@vscode/l10n';
import { Failure } from '../core/failure';
import type { Ring } from '../core/ring';
import type { RingSource } from '../core/ringSource';
import type { SessionEnd } from './subscriberSession';

/** Marks in the ring the times in which a subscriber may have missed messages. */
export class SubscriberGaps {
  /** The gap of all sources, open since the connection ended. */
  private open: { readonly seq: number; readonly from: number; readonly lost: Set<RingSource> } | undefined;
  /** Gaps of sources that the server refused when the others were subscribed again. */
  private partial: { readonly seq: number; readonly sources: Set<RingSource> }[] = [];

  constructor(private readonly ring: Ring) {}

  /**
   * The connection is gone; a gap begins if anything was subscribed.
   * @returns what happened, for the state
   */
  sessionEnded(end: SessionEnd, confirmed: ReadonlySet<RingSource>, label: string): Failure {
    const cause = causeOf(end, label);
    if (confirmed.size > 0 && this.open === undefined) {
      this.ring.now = Date.now();
      const seq = this.ring.beginGap(end.lastByteAt, cause.message);
      this.open = { seq, from: end.lastByteAt, lost: new Set(confirmed) };
    }
    return cause;
  }

  /** What could be is subscribed again. */
  subscribed(confirmed: ReadonlySet<RingSource>, refused: ReadonlyMap<RingSource, Failure>): void {
    const now = Date.now();
    this.partial = this.partial.filter(({ seq, sources }) => {
      for (const source of sources) if (confirmed.has(source) || !source.held) sources.delete(source);
      if (sources.size === 0) this.ring.gaps.end(seq, now);
      return sources.size > 0;
    });
    const { open } = this;
    if (open === undefined) return;
    const [reason] = refused.values();
    if (confirmed.size === 0) {
      // Nothing came back, so that the gap lasts.
      if (reason !== undefined) this.ring.gaps.giveReason(open.seq, reason.message);
      return;
    }
    this.open = undefined;
    this.ring.gaps.end(open.seq, now);
    const still = new Set([...open.lost].filter((source) => refused.has(source)));
    if (still.size === 0) return;
    this.ring.now = now;
    const seq = this.ring.beginGap(open.from, reason?.message ?? '', new Set(still));
    this.partial.push({ seq, sources: still });
  }
}

/** The sentence for the end of a session, after what is known of it. */
function causeOf(end: SessionEnd, label: string): Failure {
  if (end.notResponding) {
    return new Failure('timeout', l10n.t('{0} stopped responding.', label), {
      hint: l10n.t('It is frozen, or the network lost it; new attempts are under way.'),
    });
  }
  if (end.failure !== undefined) return end.failure;
  if (end.inFrame) {
    return new Failure(
      'unreachable',
      l10n.t('Redis closed the connection while it had more to send: this subscriber was too slow for it.'),
      { hint: l10n.t('Raise "client-output-buffer-limit pubsub" on the server, or watch fewer channels.') },
    );
  }
  return new Failure(
    'unreachable',
    l10n.t('Redis closed the connection (client killed, output buffer limit, or server stopped).'),
    {
      hint: l10n.t('New attempts are under way; the log of the server has the reason.'),
    },
  );
}
