import assert from 'node:assert/strict';
import { CapturePanel } from '../../../src/capture/capturePanel';
import { Ring } from '../../../src/core/ring';
import type { FromCapture } from '../../../src/protocol/capture';
import type { TrafficFrame } from '../../../src/protocol/traffic';
import { feed, textMessage } from './wire';

const rows = 30;

/** A panel of a ring with some messages, and the frames that it sends. */
function panelWith(messages: number) {
  const ring = new Ring({ bytes: 1_048_576, messages: 1_000 });
  const source = ring.source('message', Buffer.from('a'));
  source.held = true;
  const frames: TrafficFrame[] = [];
  const post = (message: FromCapture) => {
    if (message.kind === 'frame') frames.push(message.frame);
  };
  const connection = { ring, rateVersion: 0, state: () => ({ kind: 'live', detail: '', hint: '' }) as const };
  const panel = new CapturePanel('1', new Set([source]), connection, post);
  const arrive = (count: number) => {
    for (let i = 0; i < count; i++) feed(ring, textMessage('a', `message ${i}`));
    panel.work(Number.POSITIVE_INFINITY);
  };
  arrive(messages);
  const want = (first: number | 'newest', count = rows) =>
    panel.take({ kind: 'want', frame: frames.at(-1)?.frame ?? 0, first, count });
  return { panel, frames, want, arrive };
}

describe('frames of a panel', () => {
  it('go out at once for rows that the page does not have', () => {
    const { frames, want } = panelWith(500);
    want(100);
    want(140);
    assert.deepEqual(
      frames.map(({ start }) => start),
      [100, 140],
    );
  });

  it('do not go out for rows that the page has, however it scrolls among them', () => {
    const { frames, want } = panelWith(500);
    want(100);
    want(105, rows - 5);
    want(110, rows - 10);
    assert.equal(frames.length, 1);
    want(111, rows - 10);
    assert.equal(frames.length, 2);
  });

  it('have nothing before the oldest row and nothing after the newest to bring', () => {
    const { frames, want } = panelWith(rows);
    want(0);
    want(5);
    assert.equal(frames.length, 1);
  });

  it('wait for the page to acknowledge the one before', () => {
    const { panel, frames, want, arrive } = panelWith(100);
    want('newest');
    arrive(1);
    panel.tick(performance.now() + 10_000);
    assert.equal(frames.length, 1);
  });
});
