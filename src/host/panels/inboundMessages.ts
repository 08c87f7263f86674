import { isFailure } from '../../core/failure';
import { isMessageValue, toBytes } from '../../core/messageValue';
import { noFilter } from '../../core/trafficFilter';
import {
  type FromWebview,
  filterLimit,
  type PanelIdentity,
  type PanelRequest,
  type Subscriptions,
  type ViewFilter,
  type ViewRequest,
  type WireValue,
} from '../../protocol/traffic';

const rowLimit = 2_000;
const nameLimit = 65_536;
/** Channels that a filter leaves out or shows alone. */
const chosenLimit = 1_000;
/** As many as anybody subscribes to; what a command took must come back after a reload. */
const subscribedLimit = 1_000_000;
/** Characters of a message typed into the composer; the size in bytes is the publish port's to judge. */
const messageLimit = 134_217_728;

/**
 * A message of the webview, copied field by field, or undefined when it is none of ours. A webview shows foreign data, so
 * nothing that it says is taken unread.
 */
export function readFromWebview(data: unknown): FromWebview | undefined {
  if (!isFields(data)) return undefined;
  return readViewRequest(data) ?? readPanelRequest(data);
}

type Fields = Readonly<Record<string, unknown>>;

function readViewRequest(data: Fields): ViewRequest | undefined {
  switch (data.kind) {
    case 'want': {
      const { frame, first, count } = data;
      if (!isCount(frame) || !isCount(count) || count > rowLimit) return undefined;
      return first === 'newest' || isCount(first) ? { kind: 'want', frame, first, count } : undefined;
    }
    case 'filter': {
      const filter = readFilter(data.filter);
      return filter === undefined ? undefined : { kind: 'filter', filter };
    }
    case 'beside': {
      const { ordinal, direction } = data;
      return (ordinal === -1 || isCount(ordinal)) && (direction === 1 || direction === -1)
        ? { kind: 'beside', ordinal, direction }
        : undefined;
    }
    case 'atTime':
      return isCount(data.time) ? { kind: 'atTime', time: data.time } : undefined;
    case 'pause':
      return typeof data.paused === 'boolean' ? { kind: 'pause', paused: data.paused } : undefined;
    case 'clear':
      return { kind: 'clear' };
    case 'detail':
      return isCount(data.seq) ? { kind: 'detail', seq: data.seq } : undefined;
    default:
      return undefined;
  }
}

function readPanelRequest(data: Fields): PanelRequest | undefined {
  switch (data.kind) {
    case 'ready':
    case 'showLog':
    case 'beginningRead':
    case 'retry':
      return { kind: data.kind };
    case 'publish': {
      const { id, channel, message } = data;
      if (!isCount(id) || !isText(channel, nameLimit) || !isText(message, messageLimit)) return undefined;
      return { kind: 'publish', id, channel, message };
    }
    case 'openMessage':
    case 'copyMessage':
      return isCount(data.seq) ? { kind: data.kind, seq: data.seq } : undefined;
    default:
      return undefined;
  }
}

/** What a panel was, as its webview saved it before the window was reloaded. */
export interface RestoredPanel {
  readonly identity: PanelIdentity;
  readonly filter: ViewFilter;
}

/** Reads the state that a webview saved; undefined when it names no subscription. */
export function readRestored(state: unknown): RestoredPanel | undefined {
  if (!isFields(state) || !isFields(state.restore)) return undefined;
  const { connection, subscriptions } = state.restore;
  const read = readSubscriptions(subscriptions);
  if (!isText(connection, nameLimit) || read === undefined) return undefined;
  return { identity: { connection, subscriptions: read }, filter: readFilter(state.filter) ?? noFilter };
}

function readFilter(value: unknown): ViewFilter | undefined {
  if (!isFields(value)) return undefined;
  const { text, mode, hidden, only } = value;
  if (!isText(text, filterLimit) || (mode !== 'filter' && mode !== 'find')) return undefined;
  if (!isNames(hidden, chosenLimit)) return undefined;
  if (only === undefined) return { text, mode, hidden };
  return isNames(only, chosenLimit) ? { text, mode, hidden, only } : undefined;
}

function readSubscriptions(value: unknown): Subscriptions | undefined {
  if (!isFields(value)) return undefined;
  const { channels, patterns, shardChannels } = value;
  if (!isNames(channels, subscribedLimit) || !isNames(patterns, subscribedLimit)) return undefined;
  if (!isNames(shardChannels, subscribedLimit)) return undefined;
  return channels.length + patterns.length + shardChannels.length === 0
    ? undefined
    : { channels, patterns, shardChannels };
}

function isNames(value: unknown, limit: number): value is readonly WireValue[] {
  return Array.isArray(value) && value.length <= limit && value.every(isName);
}

/** Whether it is a name of which bytes can be made. */
function isName(value: unknown): boolean {
  if (!isMessageValue(value)) return false;
  try {
    toBytes(value);
    return true;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return false;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length <= limit;
}
