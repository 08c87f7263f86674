import assert from 'node:assert/strict';
import type { TrafficFrame, ViewFilter } from '../../../src/protocol/traffic';
import { filterCount, filterProblem, filterProgress } from '../../../src/webview/traffic/filterState';
import { Formats } from '../../../src/webview/traffic/formats';
import { beginModel } from '../../../src/webview/traffic/modelState';
import type { PanelModel } from '../../../src/webview/traffic/panelModel';

const formats = new Formats('en');
const find: ViewFilter = { text: 'x', mode: 'find', hidden: [] };

function modelWith(typed: ViewFilter, more: Partial<TrafficFrame>, matching = 0, unfiltered = 0): PanelModel {
  const restore = { connection: 'c', subscriptions: { channels: ['a'], patterns: [], shardChannels: [] } };
  const filter: ViewFilter = { text: '', mode: 'filter', hidden: [] };
  const setup = { kind: 'setup', panel: 'p', title: 't', connection: 'c', readOnly: false, filter } as const;
  const model = beginModel({ ...setup, channels: [], patterns: false, restore, l10n: {} }, undefined);
  const counts = { received: 1_500, receivedBytes: 1, kept: 1_500, evicted: 0, cut: 0, gaps: 0, filtered: 0 };
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
    counts: { ...counts, matching, unfiltered },
    messagesPerSecond: 0,
    bytesPerSecond: 0,
    channels: [],
    paused: false,
    newWhilePaused: 0,
    ...more,
  };
  return model;
}

describe('what is told of a filter', () => {
  it('is how many messages match', () => {
    const shown = filterCount(modelWith({ ...find, mode: 'filter' }, {}, 1_204), formats);
    assert.equal(shown.text, '1,204 of 1,500');
    assert.equal(filterCount(modelWith(find, {}, 1_204), formats).text, '1,204 matches');
    assert.equal(filterCount(modelWith(find, {}, 1), formats).text, '1 match');
    assert.equal(filterCount(modelWith({ ...find, text: '' }, {}), formats).text, '');
  });

  it('is which match was gone to, and none that only capture remembers', () => {
    const model = modelWith(find, { match: 3 }, 120);
    assert.equal(filterCount(model, formats).text, '120 matches');
    model.currentMatch = 7;
    assert.equal(filterCount(model, formats).text, '3 of 120');
  });

  it('is how far the search has come, but not for what has just arrived', () => {
    const model = modelWith(find, {}, 10, 900);
    assert.equal(filterProgress(model), 0.4);
    assert.equal(filterCount(model, formats).text, '10 matches · 40 %');
    assert.equal(filterProgress(modelWith(find, {}, 10, 20)), undefined);
  });

  it('is nothing old while another filter is on its way', () => {
    const model = modelWith(find, { filter: { ...find, text: 'before' } }, 5, 900);
    assert.equal(filterCount(model, formats).text, '…');
    assert.equal(filterProgress(model), undefined);
  });

  it('is its problem, as long as that is what stands in the box', () => {
    const problem = { text: 'x', message: 'm', hint: '' };
    const model = modelWith(find, { filter: { ...find, text: '' }, problem });
    assert.equal(filterProblem(model), problem);
    assert.equal(filterCount(model, formats).text, 'cannot be read');
    model.filter = { ...find, text: 'xy' };
    assert.equal(filterProblem(model), undefined);
  });
});
