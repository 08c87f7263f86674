import type { ViewFilter, WireValue } from '../../protocol/traffic';

/** Equal for equal names. */
export function channelKey(channel: WireValue): string {
  return typeof channel === 'string' ? `t${channel}` : `b${channel.base64}`;
}

export function isShown(filter: ViewFilter, channel: WireValue): boolean {
  const { hidden, only } = filter;
  return only === undefined ? !includes(hidden, channel) : includes(only, channel);
}

/** Whether every channel is shown. */
export function showsAll({ hidden, only }: ViewFilter): boolean {
  return hidden.length === 0 && only === undefined;
}

/** The filter with a channel switched on or off. */
export function withToggled(filter: ViewFilter, channel: WireValue): ViewFilter {
  const { only, ...rest } = filter;
  if (only === undefined) return { ...rest, hidden: toggled(filter.hidden, channel) };
  const left = toggled(only, channel);
  return left.length === 0 ? withAll(filter) : { ...rest, only: left };
}

/** The filter with nothing but this channel; where that is so already, with all of them. */
export function withOnly(filter: ViewFilter, channel: WireValue): ViewFilter {
  const { only } = filter;
  if (only?.length === 1 && includes(only, channel)) return withAll(filter);
  return { ...filter, hidden: [], only: [channel] };
}

export function withAll({ text, mode }: ViewFilter): ViewFilter {
  return { text, mode, hidden: [] };
}

function includes(names: readonly WireValue[], channel: WireValue): boolean {
  const key = channelKey(channel);
  return names.some((name) => channelKey(name) === key);
}

function toggled(names: readonly WireValue[], channel: WireValue): readonly WireValue[] {
  const key = channelKey(channel);
  return includes(names, channel) ? names.filter((name) => channelKey(name) !== key) : [...names, channel];
}
