import type { WireValue } from '../../protocol/traffic';
import { channelKey, isShown } from './channelFilter';
import type { PanelModel } from './panelModel';
import { visiblePieces } from './visibleText';

/** Colours that tell channels apart; see list.css. */
const colours = 6;

/** A channel as its chip shows it. */
export interface ChannelChip {
  readonly name: string;
  readonly channel: WireValue;
  readonly colour: string;
  readonly shown: boolean;
  readonly rate: number;
  readonly byteRate: number;
  readonly total: number;
  readonly trend: readonly number[] | undefined;
}

/** The colour of a channel's place among those of the frame; channels without a place share one. */
export function channelColour(place: number): string {
  return place < 0 ? 'other' : String(place % colours);
}

/** The channels that have a place, then those that were switched and the ones watched by name without a message yet. */
export function chipsOf({ frame, filter, setup }: PanelModel): readonly ChannelChip[] {
  const placed = (frame?.channels ?? []).map((rates, place) => ({
    ...rates,
    colour: channelColour(place),
    shown: isShown(filter, rates.channel),
    trend: frame?.trends?.channels[place],
  }));
  const known = new Set(placed.map(({ channel }) => channelKey(channel)));
  const others = [...filter.hidden, ...(filter.only ?? []), ...setup.channels].filter((channel) => {
    const key = channelKey(channel);
    return !known.has(key) && known.add(key);
  });
  return [...placed, ...others.map((channel) => idleChip(channel, isShown(filter, channel)))];
}

function idleChip(channel: WireValue, shown: boolean): ChannelChip {
  const name =
    typeof channel === 'string'
      ? visiblePieces(channel)
          .map(({ text }) => text)
          .join('')
      : `base64 ${channel.base64}`;
  return { name, channel, colour: 'other', shown, rate: 0, byteRate: 0, total: 0, trend: undefined };
}
