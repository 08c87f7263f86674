import type { TrafficFrame, ViewFilter } from '../../../src/protocol/traffic';
import { beginModel } from '../../../src/webview/traffic/modelState';
import type { PanelModel } from '../../../src/webview/traffic/panelModel';

/** A panel that has typed this filter, with one frame in which it is in force unless `more` says otherwise. */
export function modelWith(
  typed: ViewFilter,
  more: Partial<TrafficFrame>,
  matching = 0,
  unfiltered = 0,
): PanelModel {
  const restore = { connection: 'c', subscriptions: { channels: ['a'], patterns: [], shardChannels: [] } };
  const filter: ViewFilter = { text: '', mode: 'filter', hidden: [] };
  const setup = {
    kind: 'setup',
    panel: 'p',
    title: 't',
    connection: 'c',
    beginning: '',
    readOnly: false,
    filter,
  } as const;
  const model = beginModel({ ...setup, channels: [], patterns: false, restore, l10n: {} }, undefined);
  const counts = { received: 1_500, receivedBytes: 1, kept: 1_500, evicted: 0, cut: 0, gaps: 0 };
  model.filter = typed;
  model.frame = {
    kind: 'frame',
    frame: 1,
    state: { kind: 'live', detail: '', hint: '' },
    filter: typed,
    generation: 0,
    first: 0,
    end: 0,
    start: 0,
    rows: [],
    counts: { ...counts, matching, unfiltered, filtered: counts.kept - matching - unfiltered },
    messagesPerSecond: 0,
    bytesPerSecond: 0,
    channels: [],
    channelCount: 0,
    paused: false,
    newWhilePaused: 0,
    ...more,
  };
  return model;
}
