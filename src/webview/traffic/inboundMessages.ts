import type {
  ChannelRate,
  MessageRow,
  ToWebview,
  TrafficCounts,
  TrafficOverlap,
  TrafficRow,
  TrafficState,
  TrafficTrends,
  ViewFilter,
  WireValue,
} from '../../protocol/traffic';

/**
 * A message from the extension host, or undefined when it is none that this webview knows: other scripts of the page can
 * post to the window too, and host and webview may be of different versions for the moment of an update.
 */
export function readInbound(data: unknown): ToWebview | undefined {
  return isRecord(data) && isKnown(data) ? (data as unknown as ToWebview) : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKnown(data: Record<string, unknown>): boolean {
  switch (data.kind) {
    case 'setup':
      return (
        texts(data, 'panel', 'title', 'connection', 'beginning') &&
        isViewFilter(data.filter) &&
        typeof data.patterns === 'boolean' &&
        typeof data.readOnly === 'boolean' &&
        isListOf(data.channels, isText) &&
        isRecord(data.restore) &&
        isRecord(data.l10n) &&
        Object.values(data.l10n).every(isText)
      );
    case 'frame':
      return (
        numbers(
          data,
          'frame',
          'first',
          'end',
          'start',
          'messagesPerSecond',
          'bytesPerSecond',
          'newWhilePaused',
          'generation',
          'channelCount',
        ) &&
        typeof data.paused === 'boolean' &&
        isViewFilter(data.filter) &&
        (data.problem === undefined ||
          (isRecord(data.problem) && texts(data.problem, 'text', 'message', 'hint'))) &&
        (data.trends === undefined || isTrends(data.trends)) &&
        isState(data.state) &&
        isCounts(data.counts) &&
        isListOf(data.rows, isRow) &&
        isListOf(data.channels, isChannelRate) &&
        (data.overlaps === undefined || isListOf(data.overlaps, isOverlap)) &&
        (data.match === undefined || isNumber(data.match))
      );
    case 'detail':
      return (
        numbers(data, 'seq', 'time', 'size') &&
        texts(data, 'channel') &&
        isOptionalText(data.pattern) &&
        typeof data.found === 'boolean' &&
        typeof data.truncated === 'boolean' &&
        data.bytes instanceof Uint8Array
      );
    case 'place':
      return numbers(data, 'generation') && (data.ordinal === undefined || isNumber(data.ordinal));
    case 'profile':
      return texts(data, 'connection') && typeof data.readOnly === 'boolean';
    case 'state':
      return isState(data.state);
    case 'notice':
      return typeof data.ok === 'boolean' && texts(data, 'text');
    case 'published':
      return typeof data.ok === 'boolean' && texts(data, 'text') && numbers(data, 'id');
    default:
      return false;
  }
}

const stateKinds: ReadonlySet<unknown> = new Set<TrafficState['kind']>([
  'connecting',
  'live',
  'reconnecting',
  'refused',
  'failed',
  'closed',
]);

function isState(value: unknown): value is TrafficState {
  return isRecord(value) && stateKinds.has(value.kind) && texts(value, 'detail', 'hint');
}

function isCounts(value: unknown): value is TrafficCounts {
  return (
    isRecord(value) &&
    numbers(
      value,
      'received',
      'receivedBytes',
      'kept',
      'evicted',
      'cut',
      'gaps',
      'matching',
      'filtered',
      'unfiltered',
    )
  );
}

function isChannelRate(value: unknown): value is ChannelRate {
  return (
    isRecord(value) &&
    texts(value, 'name') &&
    isWireValue(value.channel) &&
    numbers(value, 'rate', 'byteRate', 'total')
  );
}

function isOverlap(value: unknown): value is TrafficOverlap {
  return isRecord(value) && texts(value, 'channel') && isListOf(value.subscriptions, isText);
}

function isTrends(value: unknown): value is TrafficTrends {
  const isTrend = (trend: unknown): trend is number[] => isListOf(trend, isNumber);
  return isRecord(value) && isTrend(value.all) && isListOf(value.channels, isTrend);
}

function isWireValue(value: unknown): value is WireValue {
  return isText(value) || (isRecord(value) && texts(value, 'base64'));
}

export function isViewFilter(value: unknown): value is ViewFilter {
  return (
    isRecord(value) &&
    texts(value, 'text') &&
    (value.mode === 'filter' || value.mode === 'find') &&
    isListOf(value.hidden, isWireValue) &&
    (value.only === undefined || isListOf(value.only, isWireValue))
  );
}

function isRow(value: unknown): value is TrafficRow {
  if (!isRecord(value)) return false;
  return value.kind === 'gap' ? isGap(value) : value.kind === 'message' && isMessage(value);
}

function isGap(value: Record<string, unknown>): boolean {
  return (
    numbers(value, 'seq', 'from') && texts(value, 'reason') && (value.to === undefined || isNumber(value.to))
  );
}

function isMessage(value: Record<string, unknown>): boolean {
  return (
    numbers(value, 'seq', 'time', 'channelIndex', 'size') &&
    texts(value, 'channel', 'preview') &&
    isOptionalText(value.pattern) &&
    typeof value.cut === 'boolean' &&
    (value.found === undefined || value.found === true) &&
    isListOf(value.matches, isRange)
  );
}

function isRange(value: unknown): value is MessageRow['matches'][number] {
  return Array.isArray(value) && value.length === 2 && value.every(isNumber);
}

function isListOf<Type>(value: unknown, is: (item: unknown) => item is Type): value is Type[] {
  return Array.isArray(value) && value.every(is);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function numbers(value: Record<string, unknown>, ...fields: string[]): boolean {
  return fields.every((field) => isNumber(value[field]));
}

function texts(value: Record<string, unknown>, ...fields: string[]): boolean {
  return fields.every((field) => isText(value[field]));
}
