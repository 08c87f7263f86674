import type { Endpoint } from './endpoint';
import type {
  Subscriptions,
  TrafficCounts,
  TrafficDetail,
  TrafficFrame,
  TrafficPlace,
  TrafficState,
  ViewRequest,
} from './traffic';

/** Extension host → capture thread. */
export type ToCapture =
  /** First: texts by their English form, and bounds of every ring. */
  | {
      readonly kind: 'configure';
      readonly l10n: Readonly<Record<string, string>>;
      readonly ringBytes: number;
      readonly ringMessages: number;
    }
  /**
   * Makes the panel a view on the connection's ring, opening subscriber and ring when it is the first. Once more with
   * the same subscriptions it makes a failed subscriber try again with this endpoint, and keeps the view.
   */
  | {
      readonly kind: 'watch';
      readonly panel: string;
      readonly connection: string;
      readonly endpoint: Endpoint;
      readonly subscriptions: Subscriptions;
    }
  /** Unsubscribes what no other panel holds; the last one closes the subscriber and frees the ring. */
  | { readonly kind: 'unwatch'; readonly panel: string }
  /** Starts and stops frames; capture goes on. */
  | { readonly kind: 'visible'; readonly panel: string; readonly visible: boolean }
  | { readonly kind: 'view'; readonly panel: string; readonly request: ViewRequest }
  /** Asks for the whole of one message; answered by `message`. */
  | { readonly kind: 'message'; readonly panel: string; readonly request: number; readonly seq: number }
  /** Asks for the counts of one panel; answered by `counts`. */
  | { readonly kind: 'counts'; readonly panel: string; readonly request: number }
  | { readonly kind: 'dispose' };

/** Capture thread → extension host. */
export type FromCapture =
  | { readonly kind: 'frame'; readonly panel: string; readonly frame: TrafficFrame }
  | { readonly kind: 'detail'; readonly panel: string; readonly detail: TrafficDetail }
  | { readonly kind: 'place'; readonly panel: string; readonly place: TrafficPlace }
  | {
      readonly kind: 'message';
      readonly request: number;
      readonly found: boolean;
      readonly channel: Uint8Array;
      readonly bytes: Uint8Array;
      /** Payload bytes as published; more than there are in `bytes` when the message was cut. */
      readonly size: number;
      readonly time: number;
    }
  | {
      readonly kind: 'counts';
      readonly request: number;
      readonly counts: TrafficCounts;
      readonly state: TrafficState;
    }
  /** The state changed of the subscriber that feeds the panel, also while it is hidden. */
  | { readonly kind: 'state'; readonly panel: string; readonly state: TrafficState }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
