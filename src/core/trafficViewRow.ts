import type { MessageRow, TrafficRow } from '../protocol/traffic';
import { displayBytes, displayName } from './displayText';
import type { Ring } from './ring';
import type { TrafficFilter } from './trafficFilter';
import type { TrafficViewChannels } from './trafficViewChannels';

/** Characters of a payload that a row shows. */
const previewLimit = 300;

/** One entry of the ring as it is drawn; undefined when it has been evicted meanwhile. */
export function trafficRow(
  ring: Ring,
  seq: number,
  channels: TrafficViewChannels,
  filter: TrafficFilter | undefined,
  found: boolean,
): TrafficRow | undefined {
  const gap = ring.gaps.at(seq);
  if (gap !== undefined) {
    const { from, to, reason } = gap;
    return { kind: 'gap', seq, from, ...(to === undefined ? {} : { to }), reason };
  }
  const message = ring.message(seq);
  if (message === undefined) return undefined;
  const preview = displayBytes(message.payload, previewLimit);
  const row: MessageRow = {
    kind: 'message',
    seq,
    time: message.time,
    channel: displayName(message.channel),
    channelIndex: channels.place(message.lane),
    size: message.size,
    preview,
    cut: message.payload.length < message.size,
    matches: filter?.ranges(preview) ?? [],
    ...(found ? { found } : {}),
  };
  const { source } = message.lane;
  return source.kind === 'pmessage' ? { ...row, pattern: displayName(source.name) } : row;
}
