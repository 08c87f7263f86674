import assert from 'node:assert/strict';
import type { TrafficFrame } from '../../../src/protocol/traffic';
import { emptyView } from '../../../src/webview/traffic/emptyView';
import { modelWith } from './modelWith';

const nothing = () => undefined;
const events = { retried: nothing, logShown: nothing, allShown: nothing, beginningRead: nothing };

function shown(more: Partial<TrafficFrame>, matching: number): string {
  const model = modelWith({ text: 'x', mode: 'filter', hidden: [] }, more, matching);
  model.state = { kind: 'live', detail: '', hint: '' };
  return JSON.stringify(emptyView(model, events));
}

describe('what stands in a list without rows', () => {
  it('is that nothing matches', () => {
    assert.match(shown({}, 0), /No message matches the filter/);
    assert.match(shown({ paused: true }, 0), /No message matches the filter/);
  });

  it('is that what the pause held has been evicted, although newer messages match', () => {
    const text = shown({ paused: true, newWhilePaused: 100 }, 100);
    assert.match(text, /Nothing from before the pause is left to show/);
    assert.doesNotMatch(text, /No message matches/);
  });
});
