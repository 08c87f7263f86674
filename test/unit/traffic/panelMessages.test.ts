import assert from 'node:assert/strict';
import { readFromWebview, readRestored } from '../../../src/host/panels/inboundMessages';
import { readInbound } from '../../../src/webview/traffic/inboundMessages';
import { readSavedState } from '../../../src/webview/traffic/savedState';

const restore = {
  connection: 'c1',
  subscriptions: { channels: ['a', { base64: '/w==' }], patterns: ['n.*'], shardChannels: [] },
};
const saved = {
  restore,
  filter: { text: 'x', mode: 'filter', hidden: [{ base64: '/w==' }] },
  follow: false,
  order: 'newestFirst',
  wrap: true,
  tab: 'hex',
  split: 0.5,
  panel: 'p',
  top: 17.5,
  seen: 40,
  channel: 'a',
  message: 'm',
};

describe('messages from the webview', () => {
  it('are taken field by field', () => {
    const good = [
      { kind: 'ready' },
      { kind: 'want', frame: 0, first: 'newest', count: 90 },
      { kind: 'want', frame: 4, first: 12, count: 90 },
      { kind: 'filter', filter: { text: '', mode: 'find', hidden: ['a', { base64: '/w==' }] } },
      { kind: 'filter', filter: { text: '', mode: 'find', hidden: [], only: ['a'] } },
      { kind: 'beside', ordinal: 4, direction: -1 },
      { kind: 'atTime', time: 1_700_000_000_000 },
      { kind: 'pause', paused: true },
      { kind: 'clear' },
      { kind: 'detail', seq: 3 },
      { kind: 'publish', id: 1, channel: 'c', message: '' },
      { kind: 'copyMessage', seq: 3 },
      { kind: 'beginningRead' },
    ];
    for (const message of good) assert.deepEqual(readFromWebview({ ...message, more: 1 }), message);
  });

  it('are dropped when they are none of ours', () => {
    const bad: unknown[] = [
      undefined,
      null,
      'ready',
      [],
      {},
      { kind: 'eval' },
      { kind: '__proto__' },
      { kind: 'want', frame: 0, first: 'oldest', count: 9 },
      { kind: 'want', frame: -1, first: 0, count: 9 },
      { kind: 'want', frame: 0, first: 0, count: 1e9 },
      { kind: 'want', frame: 0, first: 0.5, count: 9 },
      { kind: 'detail', seq: Number.NaN },
      { kind: 'filter', filter: { text: 'x'.repeat(10_001), mode: 'filter', hidden: [] } },
      { kind: 'filter', filter: { text: 'x', mode: 'drop', hidden: [] } },
      { kind: 'filter', filter: { text: 'x', mode: 'find', hidden: [7] } },
      { kind: 'filter', filter: { text: 'x', mode: 'find', hidden: ['half \ud83d'] } },
      { kind: 'filter', filter: { text: 'x', mode: 'find', hidden: [], only: [{ base64: '!' }] } },
      { kind: 'filter', filter: { text: 'x', mode: 'find', hidden: [], only: 'a' } },
      { kind: 'beside', ordinal: 4, direction: 0 },
      { kind: 'atTime', time: -1 },
      { kind: 'publish', id: 1, channel: { base64: '' }, message: 'm' },
      { kind: 'pause', paused: 'yes' },
    ];
    for (const message of bad) assert.equal(readFromWebview(message), undefined);
  });
});

describe('the saved state of a panel', () => {
  it('names what to watch after a reload', () => {
    assert.deepEqual(readRestored(saved), { identity: restore, filter: saved.filter });
  });

  it('names as many channels as were subscribed to', () => {
    const channels = Array.from({ length: 10_000 }, (_, i) => `news.${i}`);
    const identity = { connection: 'c1', subscriptions: { channels, patterns: [], shardChannels: [] } };
    assert.deepEqual(readRestored({ ...saved, restore: identity })?.identity, identity);
  });

  it('is refused when it names nothing that can be watched', () => {
    const none = { channels: [], patterns: [], shardChannels: [] };
    for (const state of [
      undefined,
      {},
      { restore: {} },
      { restore: { connection: 'c', subscriptions: none } },
      { restore: { connection: 'c', subscriptions: { ...none, channels: [7] } } },
      { restore: { connection: 'c', subscriptions: { ...none, channels: [{ base64: '!' }] } } },
      { restore: { connection: 1, subscriptions: restore.subscriptions } },
    ]) {
      assert.equal(readRestored(state), undefined);
    }
  });

  it('survives the webview only when it is whole', () => {
    assert.deepEqual(readSavedState(saved), saved);
    for (const field of Object.keys(saved))
      assert.equal(readSavedState({ ...saved, [field]: undefined }), undefined);
  });
});

describe('messages to the webview', () => {
  const counts = {
    received: 1,
    receivedBytes: 1,
    kept: 1,
    evicted: 0,
    cut: 0,
    gaps: 0,
    matching: 1,
    filtered: 0,
    unfiltered: 0,
  };
  const row = {
    kind: 'message',
    seq: 0,
    time: 1,
    channel: 'c',
    channelIndex: 0,
    size: 1,
    preview: 'p',
    cut: false,
    matches: [[0, 1]],
  };
  const frame = {
    kind: 'frame',
    frame: 1,
    state: { kind: 'live', detail: '', hint: '' },
    filter: { text: '', mode: 'filter', hidden: [] },
    generation: 0,
    first: 0,
    end: 2,
    start: 0,
    rows: [row, { kind: 'gap', seq: 1, from: 1, reason: 'r' }],
    counts,
    messagesPerSecond: 1,
    bytesPerSecond: 1,
    channels: [{ name: 'c', channel: 'c', rate: 1, byteRate: 2, total: 1 }],
    channelCount: 1,
    trends: { all: [1, 2], channels: [[1]] },
    paused: false,
    newWhilePaused: 0,
  };

  it('are known by their kind and shape', () => {
    assert.equal(readInbound(frame), frame);
    const detail = {
      kind: 'detail',
      seq: 1,
      found: true,
      time: 1,
      channel: 'c',
      size: 1,
      bytes: new Uint8Array(1),
      truncated: false,
    };
    for (const message of [
      detail,
      { kind: 'state', state: frame.state },
      { kind: 'place', generation: 1 },
      { kind: 'place', generation: 1, ordinal: 5 },
      { kind: 'profile', connection: 'local · read-only', readOnly: true },
      { kind: 'notice', ok: true, text: 't' },
      { kind: 'published', id: 1, ok: false, text: 't' },
    ]) {
      assert.equal(readInbound(message), message);
    }
  });

  it('are ignored otherwise', () => {
    for (const message of [
      null,
      'frame',
      { kind: 'later' },
      { ...frame, rows: [{ ...row, preview: 7 }] },
      { ...frame, rows: [{ ...row, kind: 'html' }] },
      { ...frame, counts: { ...counts, kept: undefined } },
      { ...frame, state: { kind: 'odd', detail: '', hint: '' } },
      { ...frame, first: Number.NaN },
      { ...frame, channelCount: '1' },
      { ...frame, filter: undefined },
      { ...frame, filter: 'x' },
      { ...frame, problem: 'x' },
      { ...frame, trends: { all: ['x'], channels: [] } },
      { kind: 'place', generation: 1, ordinal: 'x' },
      { kind: 'profile', connection: 'local', readOnly: 'yes' },
      { kind: 'detail', seq: 1, found: true, time: 1, channel: 'c', size: 1, bytes: [1], truncated: false },
    ]) {
      assert.equal(readInbound(message), undefined);
    }
  });
});
