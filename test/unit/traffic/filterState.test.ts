import assert from 'node:assert/strict';
import type { ViewFilter } from '../../../src/protocol/traffic';
import {
  filterCount,
  filterProblem,
  filterProgress,
  filterToSend,
  stillInForce,
} from '../../../src/webview/traffic/filterState';
import { Formats } from '../../../src/webview/traffic/formats';
import { modelWith } from './modelWith';

const formats = new Formats('en');
const find: ViewFilter = { text: 'x', mode: 'find', hidden: [] };

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

  it('is that it is too long, while all but its text is put in force', () => {
    const inForce = { ...find, text: 'y'.repeat(9_000) };
    const typed: ViewFilter = { ...find, text: 'x'.repeat(10_001), hidden: ['news'] };
    const model = modelWith(typed, { filter: inForce });
    assert.match(filterProblem(model)?.message ?? '', /longer than 10000 characters/);
    assert.equal(filterCount(model, formats).text, 'cannot be read');
    assert.equal(stillInForce(model), `Still in force: ${'y'.repeat(80)}…`);
    assert.deepEqual(filterToSend(model), { ...inForce, hidden: ['news'] });
    model.filter = { ...typed, text: 'x'.repeat(10_000) };
    assert.deepEqual(filterToSend(model), model.filter);
    assert.equal(filterProblem(model), undefined);
  });
});
