import assert from 'node:assert/strict';
import { readTime } from '../../../src/webview/traffic/timeText';

const now = new Date(2026, 0, 31, 14, 2, 11, 500).getTime();

describe('a time as typed', () => {
  it('is a time of day, of today or else of yesterday', () => {
    assert.equal(readTime('14:02', now), new Date(2026, 0, 31, 14, 2).getTime());
    assert.equal(readTime(' 9:05:07 ', now), new Date(2026, 0, 31, 9, 5, 7).getTime());
    assert.equal(readTime('14:02:11.5', now), now);
    assert.equal(readTime('14:02:11,501', now), new Date(2026, 0, 30, 14, 2, 11, 501).getTime());
    assert.equal(readTime('23:59:59', now), new Date(2026, 0, 30, 23, 59, 59).getTime());
  });

  it('is a while ago', () => {
    assert.equal(readTime('-30s', now), now - 30_000);
    assert.equal(readTime('-5m', now), now - 300_000);
    assert.equal(readTime('−1.5 h', now), now - 5_400_000);
    assert.equal(readTime('-2D', now), now - 172_800_000);
    assert.equal(readTime('-999999999d', now), 0);
  });

  it('is a date in ISO 8601, local unless it names its zone', () => {
    assert.equal(readTime('2026-01-30', now), new Date(2026, 0, 30).getTime());
    assert.equal(readTime('2026-01-30 08:15', now), new Date(2026, 0, 30, 8, 15).getTime());
    assert.equal(readTime('2026-01-30T08:15:30.250Z', now), Date.UTC(2026, 0, 30, 8, 15, 30, 250));
    assert.equal(readTime('2026-01-30T08:15:30+02:00', now), Date.UTC(2026, 0, 30, 6, 15, 30));
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'noon',
      '25:00',
      '12:60',
      '12:00:60',
      '5m',
      '-5',
      '2026-13-01',
      '1900-01-01',
      '2026-02-30',
      '2026-04-31T10:00Z',
      '12:00x',
    ])
      assert.equal(readTime(text, now), undefined, text);
  });
});
