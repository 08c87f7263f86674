import assert from 'node:assert/strict';
import {
  readSubscriptionNames,
  receiversOf,
  subscriptionKey,
  subscriptionsOf,
  subscriptionTitle,
} from '../../../src/host/panels/subscriptionNames';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('names to subscribe to', () => {
  it('are typed with spaces or commas between, patterns among them', () => {
    assert.deepEqual(readSubscriptionNames(' order_events, news.*  a?c,[ab]c\torder_events '), {
      channels: ['order_events'],
      patterns: ['news.*', 'a?c', '[ab]c'],
      shardChannels: [],
    });
    assert.deepEqual(readSubscriptionNames(' ,, '), { channels: [], patterns: [], shardChannels: [] });
  });

  it('are kept as bytes where they are no text, each once', () => {
    const twice = [bytes('\xff'), bytes('\xff'), bytes('a')];
    assert.deepEqual(subscriptionsOf({ channels: twice }).channels, [{ base64: '/w==' }, 'a']);
  });

  it('make the same set in any order, and another for another kind', () => {
    const one = subscriptionsOf({ channels: [bytes('a'), bytes('b')], patterns: [bytes('c*')] });
    const same = subscriptionsOf({ channels: [bytes('b'), bytes('a')], patterns: [bytes('c*')] });
    const other = subscriptionsOf({ channels: [bytes('a'), bytes('c*')], patterns: [bytes('b')] });
    assert.equal(subscriptionKey(one), subscriptionKey(same));
    assert.notEqual(subscriptionKey(one), subscriptionKey(other));
  });

  it('make a title that is one short, safe line', () => {
    const odd = subscriptionsOf({ channels: [bytes('a\nb'), bytes('x'.repeat(300))] });
    assert.match(subscriptionTitle(odd), /^a\\nb, x+…$/);
    assert.ok(subscriptionTitle(odd).length <= 61);
  });
});

describe('our own panels among the receivers', () => {
  const held = (channels: string[], patterns: string[], shardChannels: string[] = []) =>
    subscriptionsOf({
      channels: channels.map(bytes),
      patterns: patterns.map(bytes),
      shardChannels: shardChannels.map(bytes),
    });

  it('count once for the channel and once for each matching pattern', () => {
    assert.equal(receiversOf([held(['news.a'], ['news.*', '*', 'x*'])], bytes('news.a'), false), 3);
    assert.equal(receiversOf([held(['other'], [])], bytes('news.a'), false), 0);
  });

  it('count once for what several panels share', () => {
    const panels = [held(['a'], ['*']), held(['a', 'b'], ['*', 'a*'])];
    assert.equal(receiversOf(panels, bytes('a'), false), 3);
  });

  it('tell SPUBLISH from PUBLISH', () => {
    const panels = [held(['a'], ['*'], ['s'])];
    assert.equal(receiversOf(panels, bytes('s'), true), 1);
    assert.equal(receiversOf(panels, bytes('a'), true), 0);
    assert.equal(receiversOf(panels, bytes('s'), false), 1);
  });

  it('compare bytes, not text', () => {
    assert.equal(receiversOf([subscriptionsOf({ channels: [bytes('\xfe')] })], bytes('\xff'), false), 0);
    assert.equal(receiversOf([subscriptionsOf({ channels: [bytes('\xff')] })], bytes('\xff'), false), 1);
  });
});
