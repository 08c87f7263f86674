import type {
  GapRow,
  ToWebview,
  TrafficDetail,
  TrafficFrame,
  TrafficRow,
  TrafficState,
  ViewFilter,
} from '../../protocol/traffic';
import type { RowOrder } from './rowOrder';
import type { DetailTab } from './savedState';

export type Setup = Extract<ToWebview, { kind: 'setup' }>;

/** Height of the detail pane as a share of what it divides with the list, until it is moved. */
export const initialSplit = 0.4;

/** What the detail pane is about. */
export type Selection =
  | { readonly kind: 'message'; readonly seq: number; readonly detail: TrafficDetail | undefined }
  | { readonly kind: 'gap'; readonly gap: GapRow };

/** A sentence in answer to something the user did. */
export interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

export interface Composer {
  channel: string;
  message: string;
  /** Number of the publish that has no answer yet. */
  pending: number | undefined;
  answer: Answer | undefined;
}

/** Everything that the panel draws from. The app changes it, the views read it. */
export interface PanelModel {
  setup: Setup;
  frame: TrafficFrame | undefined;
  /** Of the newest frame, or told apart from frames. */
  state: TrafficState;
  filter: ViewFilter;
  following: boolean;
  order: RowOrder;
  /** Rows are higher, for payloads that go over several lines. */
  wrap: boolean;
  /** Ordinal of the row that the keyboard is on. */
  cursor: number | undefined;
  /** Ordinal of the match that was gone to last. */
  currentMatch: number | undefined;
  /** Present while the detail pane is open. */
  selection: Selection | undefined;
  tab: DetailTab;
  /** Height of the detail pane as a share of the space it divides with the list. */
  split: number;
  /** Ordinal up to which everything has been on screen; what is beyond is new. Undefined: the next frame's end. */
  seenUpTo: number | undefined;
  readonly composer: Composer;
  notice: Answer | undefined;
}

/** The row with this ordinal, where the newest frame holds it. */
export function rowAt(frame: TrafficFrame | undefined, ordinal: number): TrafficRow | undefined {
  if (frame === undefined || ordinal < frame.first || ordinal >= frame.end) return undefined;
  return frame.rows[ordinal - frame.start];
}

/** Rows that arrived beyond what has been on screen. */
export function unseenRows({ frame, following, seenUpTo }: PanelModel): number {
  if (following || frame === undefined || seenUpTo === undefined) return 0;
  return Math.max(0, frame.end - Math.max(seenUpTo, frame.first));
}

/** Whether the newest frame shows what the filter in the field asks for. */
export function isInForce({ frame, filter }: PanelModel): boolean {
  return frame !== undefined && frame.filter.text === filter.text && frame.filter.mode === filter.mode;
}
