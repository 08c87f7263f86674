import assert from 'node:assert/strict';
import { explainReceivers } from '../../src/core/channel';

describe('number of receivers', () => {
  const cases: readonly (readonly [receivers: number, own: number, sentence: RegExp])[] = [
    [0, 0, /^0 receivers: nobody was listening, so Redis discarded the message\.$/],
    [0, 1, /^0 receivers: nobody/],
    [1, 0, /^1 receiver$/],
    [3, 0, /^3 receivers$/],
    [1, 1, /^1 receiver, only this window’s panel$/],
    [2, 2, /^2 receivers, only this window’s panels$/],
    [3, 1, /^3 receivers, 1 is this window’s panel$/],
    [3, 2, /^3 receivers, 2 are this window’s panels$/],
  ];
  for (const [receivers, own, sentence] of cases) {
    it(`is explained: ${receivers}, of which ${own} our own`, () => {
      assert.match(explainReceivers(receivers, own), sentence);
    });
  }
});
