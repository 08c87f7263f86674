import assert from 'node:assert/strict';
import type { ViewFilter } from '../../../src/protocol/traffic';
import {
  isShown,
  showsAll,
  withAll,
  withOnly,
  withToggled,
} from '../../../src/webview/traffic/channelFilter';
import { sparklinePath } from '../../../src/webview/traffic/sparkline';

const all: ViewFilter = { text: 'x', mode: 'find', hidden: [] };
const bytes = { base64: '/w==' };

describe('channels on and off', () => {
  it('are switched one by one', () => {
    const one = withToggled(all, 'a');
    assert.deepEqual(one, { ...all, hidden: ['a'] });
    assert.deepEqual([isShown(one, 'a'), isShown(one, 'b'), showsAll(one)], [false, true, false]);
    const two = withToggled(one, { ...bytes });
    assert.equal(isShown(two, bytes), false);
    assert.deepEqual(withToggled(withToggled(two, 'a'), bytes), all);
  });

  it('are shown alone, others added, and all again', () => {
    const only = withOnly(withToggled(all, 'b'), 'a');
    assert.deepEqual(only, { ...all, only: ['a'] });
    assert.deepEqual([isShown(only, 'a'), isShown(only, 'never seen'), showsAll(only)], [true, false, false]);
    const two = withToggled(only, bytes);
    assert.deepEqual(two.only, ['a', bytes]);
    assert.deepEqual(withToggled(two, 'a').only, [bytes]);
    assert.deepEqual(withToggled(only, 'a'), all);
    assert.deepEqual(withOnly(only, 'a'), all);
    assert.deepEqual(withAll(two), all);
  });

  it('are told apart by text and bytes', () => {
    assert.equal(isShown({ ...all, hidden: ['/w=='] }, bytes), true);
  });
});

describe('a sparkline', () => {
  it('has its newest value at the right and its largest as high as there is room', () => {
    assert.equal(sparklinePath([0, 10, 5]), 'M54.5 14V13.5M56.5 14V1M58.5 14V7.5');
  });

  it('is empty where nothing is known', () => {
    assert.equal(sparklinePath([]), '');
  });

  it('has room for the last half minute', () => {
    const path = sparklinePath(Array.from({ length: 40 }, (_, i) => i));
    assert.equal(path.split('M').length - 1, 30);
    assert.ok(path.startsWith('M0.5 '));
  });
});
