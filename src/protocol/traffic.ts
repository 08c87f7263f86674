/**
 * What the traffic panel's webview, the extension host and the capture thread say to each other. The host relays view
 * requests and frames unread; the rest it answers itself.
 *
 * Rows have two numbers. `seq` identifies a message of the ring for ever. An ordinal is a row's place in the panel's
 * filtered view. A row keeps its ordinal until the filter changes or the view is cleared; then all begin anew, above
 * those used so far. Eviction raises the first ordinal; while a new filter works its way back through older messages
 * (`unfiltered` > 0), the first ordinal falls. The last only grows.
 */

/** Text where the bytes are valid UTF-8, else base64. */
export type WireValue = string | { readonly base64: string };

/** What a panel is subscribed to: SUBSCRIBE, PSUBSCRIBE and SSUBSCRIBE names. */
export interface Subscriptions {
  readonly channels: readonly WireValue[];
  readonly patterns: readonly WireValue[];
  readonly shardChannels: readonly WireValue[];
}

/** What of a panel's messages is shown. */
export interface ViewFilter {
  /** As typed: a text, `/expression/ims` or a comparison of JSON fields; empty for none. */
  readonly text: string;
  /** Whether what does not match is left out, or what matches is only marked and counted. */
  readonly mode: 'filter' | 'find';
  /** Channels that are left out. */
  readonly hidden: readonly WireValue[];
  /** Where present, these are the only channels that are shown, and `hidden` has no say. */
  readonly only?: readonly WireValue[];
}

/** One message as drawn. All texts have their control and bidirectional characters escaped already. */
export interface MessageRow {
  readonly kind: 'message';
  readonly seq: number;
  /** Arrival at the capture thread, ms since the epoch. */
  readonly time: number;
  readonly channel: string;
  /** Index into {@link TrafficFrame.channels}, for the colour; -1 when the channel is not among them. */
  readonly channelIndex: number;
  readonly pattern?: string;
  /** Payload bytes as published. */
  readonly size: number;
  /** The first characters of the payload on one line. */
  readonly preview: string;
  /** The payload was larger than the ring takes, and only its first bytes were kept. */
  readonly cut: boolean;
  /** Where the filter's text stands in `preview`: [start, end) pairs. */
  readonly matches: readonly (readonly [start: number, end: number])[];
  /** It is a match, in the mode `find`; absent for all others. */
  readonly found?: true;
}

/** A time in which messages may have been missed. `to` is absent while it lasts. */
export interface GapRow {
  readonly kind: 'gap';
  readonly seq: number;
  readonly from: number;
  readonly to?: number;
  readonly reason: string;
}

/** What a panel watches, so that it can be restored after a reload. Holds no secret. */
export interface PanelIdentity {
  readonly connection: string;
  readonly subscriptions: Subscriptions;
}

export type TrafficRow = MessageRow | GapRow;

/** How the subscription stands. `detail` and `hint` are sentences for the user. */
export interface TrafficState {
  readonly kind: 'connecting' | 'live' | 'reconnecting' | 'refused' | 'failed' | 'closed';
  readonly detail: string;
  readonly hint: string;
  /** Present where the server refused user or password: only another one can help. */
  readonly code?: 'authentication';
}

/** Counts since the panel opened or was cleared. received = kept + evicted, always. */
export interface TrafficCounts {
  readonly received: number;
  readonly receivedBytes: number;
  readonly kept: number;
  readonly evicted: number;
  readonly cut: number;
  readonly gaps: number;
  /** Kept messages that the filter lets through or marks; equals `kept` without a filter. */
  readonly matching: number;
  /** Kept messages that filter or channels leave out, of those looked at. */
  readonly filtered: number;
  /** Kept messages that the filter has not looked at yet. */
  readonly unfiltered: number;
}

export interface ChannelRate {
  /** As drawn. */
  readonly name: string;
  readonly channel: WireValue;
  /** Messages per second over the last second. */
  readonly rate: number;
  /** Payload bytes per second over the last second. */
  readonly byteRate: number;
  readonly total: number;
}

/** A channel whose messages come through several subscriptions: Redis sends each of them once for each. */
export interface TrafficOverlap {
  /** As drawn. */
  readonly channel: string;
  /** Channels and patterns, as drawn. */
  readonly subscriptions: readonly string[];
}

/** Messages of each of the last seconds, oldest first, at most 30. */
export interface TrafficTrends {
  readonly all: readonly number[];
  /** By place in {@link TrafficFrame.channels}. */
  readonly channels: readonly (readonly number[])[];
}

/** Everything the webview needs to draw, at most 25 times a second, one in flight. */
export interface TrafficFrame {
  readonly kind: 'frame';
  readonly frame: number;
  readonly state: TrafficState;
  /** The filter that is in force. */
  readonly filter: ViewFilter;
  /** Why the text that was sent last is not in force; it is repeated here. */
  readonly problem?: { readonly text: string; readonly message: string; readonly hint: string };
  /** Grows whenever all rows get ordinals anew. */
  readonly generation: number;
  /** Ordinals that exist: [first, end). */
  readonly first: number;
  readonly end: number;
  /** Ordinal of `rows[0]`. */
  readonly start: number;
  readonly rows: readonly TrafficRow[];
  readonly counts: TrafficCounts;
  /**
   * In the mode `find`: which of the matches, from the oldest on and from 1, the last `beside` led to. Absent when it is
   * none of them any more, and while older ones may still be found.
   */
  readonly match?: number;
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** The busiest channels, at most 50, in order of first sight; each keeps its place for as long as it can. */
  readonly channels: readonly ChannelRate[];
  /** How many channels messages came through, as far as they can be told apart. */
  readonly channelCount: number;
  /** Channels that come several times, at most 3; absent where there are none. */
  readonly overlaps?: readonly TrafficOverlap[];
  /** Absent while they are as in the frame before. */
  readonly trends?: TrafficTrends;
  readonly paused: boolean;
  /** Matching messages that arrived since the pause. */
  readonly newWhilePaused: number;
}

/** A whole message for the detail pane. */
export interface TrafficDetail {
  readonly kind: 'detail';
  readonly seq: number;
  /** False when the message has been evicted meanwhile; all else is then empty. */
  readonly found: boolean;
  readonly time: number;
  readonly channel: string;
  readonly pattern?: string;
  readonly size: number;
  /** At most `detailLimit` bytes of the payload. */
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

/** Answer to `beside` and `atTime`. Without an ordinal there is no such row. */
export interface TrafficPlace {
  readonly kind: 'place';
  readonly generation: number;
  readonly ordinal?: number;
}

/** Webview → capture thread, relayed by the host. */
export type ViewRequest =
  /** Acknowledges `frame` and says which rows are wanted next; `newest` follows the end. */
  | {
      readonly kind: 'want';
      readonly frame: number;
      readonly first: number | 'newest';
      readonly count: number;
    }
  | { readonly kind: 'filter'; readonly filter: ViewFilter }
  /** Asks for the match next to a row (-1: before all), towards newer (1) or older (-1) ones; answered by `place`. */
  | { readonly kind: 'beside'; readonly ordinal: number; readonly direction: 1 | -1 }
  /** Asks for the first row that came at a time (ms since the epoch) or later; answered by `place`. */
  | { readonly kind: 'atTime'; readonly time: number }
  | { readonly kind: 'pause'; readonly paused: boolean }
  | { readonly kind: 'clear' }
  | { readonly kind: 'detail'; readonly seq: number };

/** Webview → extension host. */
export type PanelRequest =
  /** First message of a webview; answered by `setup`, then by frames. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'publish'; readonly id: number; readonly channel: string; readonly message: string }
  | { readonly kind: 'openMessage'; readonly seq: number }
  | { readonly kind: 'copyMessage'; readonly seq: number }
  | { readonly kind: 'showLog' }
  /** What `setup` said of the beginning need not be said again. */
  | { readonly kind: 'beginningRead' }
  /** Tries again to watch, after a state that ended the attempts. */
  | { readonly kind: 'retry' };

export type FromWebview = ViewRequest | PanelRequest;

/** Extension host → webview. */
export type ToWebview =
  | TrafficFrame
  | TrafficDetail
  | TrafficPlace
  /** Begins a view, or one anew after what it held was lost. */
  | {
      readonly kind: 'setup';
      /** Identifies the panel for as long as the extension host runs; ordinals saved under another id are void. */
      readonly panel: string;
      readonly title: string;
      readonly connection: string;
      /** What is to be known of how the panel began, for example that the window was reloaded; '' for nothing. */
      readonly beginning: string;
      /** Nothing may be published through this connection. */
      readonly readOnly: boolean;
      /** Channels to offer in the composer. */
      readonly channels: readonly string[];
      /** Whether messages can arrive by a pattern, which then has its column. */
      readonly patterns: boolean;
      /** Kept by the webview for the panel's restoration after a reload, and not read by it. */
      readonly restore: PanelIdentity;
      readonly l10n: Readonly<Record<string, string>>;
      readonly filter: ViewFilter;
    }
  /** The profile's name, or what may be done through it, changed. */
  | { readonly kind: 'profile'; readonly connection: string; readonly readOnly: boolean }
  /** How the subscription stands, when no frame can say it. */
  | { readonly kind: 'state'; readonly state: TrafficState }
  /** A sentence about something that was asked for, for example "Copied 64 B". */
  | { readonly kind: 'notice'; readonly ok: boolean; readonly text: string }
  /** Answer to `publish`: a sentence, for example "3 receivers, 1 is this panel". */
  | { readonly kind: 'published'; readonly id: number; readonly ok: boolean; readonly text: string };

/** Bytes of a payload that the detail pane gets; the rest is for *Open in Editor*. */
export const detailLimit = 1_048_576;

/** Characters of a filter's text; one that is longer is not taken. */
export const filterLimit = 10_000;
