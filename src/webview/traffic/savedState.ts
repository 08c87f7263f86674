import type { PanelIdentity, ViewFilter } from '../../protocol/traffic';
import { isRecord, isViewFilter } from './inboundMessages';
import { isRowOrder, type RowOrder } from './rowOrder';

export type DetailTab = 'decoded' | 'raw' | 'hex';

/** What the webview keeps when it is hidden or the window reloads. */
export interface SavedState {
  /** Read by the host's serializer; holds no secret. */
  readonly restore: PanelIdentity;
  readonly filter: ViewFilter;
  readonly follow: boolean;
  readonly order: RowOrder;
  readonly wrap: boolean;
  readonly tab: DetailTab;
  /** Height of the detail pane as a share of the space it divides with the list. */
  readonly split: number;
  /** The panel that `top`, `seen` and `selected` belong to. */
  readonly panel: string;
  /** Place at the upper edge of the list while not following (see rowOrder.ts), with the fraction scrolled out. */
  readonly top: number;
  /** Ordinal up to which rows have been on screen. */
  readonly seen: number;
  /** `seq` of the message in the detail pane. */
  readonly selected?: number;
  /** What the composer holds. */
  readonly channel: string;
  readonly message: string;
}

export function isDetailTab(value: unknown): value is DetailTab {
  return value === 'decoded' || value === 'raw' || value === 'hex';
}

/** The state as saved by an earlier webview, perhaps of another version; undefined when it cannot be used. */
export function readSavedState(value: unknown): SavedState | undefined {
  if (!isRecord(value) || !isRecord(value.restore)) return undefined;
  const { restore, filter, follow, order, wrap, tab, split, panel, top, seen, selected, channel, message } =
    value;
  if (!isViewFilter(filter) || typeof follow !== 'boolean' || !isDetailTab(tab)) return undefined;
  if (!isRowOrder(order) || typeof wrap !== 'boolean') return undefined;
  if (typeof split !== 'number' || typeof panel !== 'string' || typeof top !== 'number') return undefined;
  if (typeof seen !== 'number' || typeof channel !== 'string' || typeof message !== 'string')
    return undefined;
  return {
    // The webview hands it back unread; the host, whose it is, checks it.
    restore: restore as unknown as PanelIdentity,
    filter,
    follow,
    order,
    wrap,
    tab,
    split,
    panel,
    top,
    seen,
    channel,
    message,
    ...(typeof selected === 'number' ? { selected } : {}),
  };
}
