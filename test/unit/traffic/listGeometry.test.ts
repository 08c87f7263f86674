import assert from 'node:assert/strict';
import {
  boxCapacity,
  type Ordinals,
  offsetToReveal,
  type Placement,
  type PlacementMode,
  place,
  visibleRows,
  widen,
} from '../../../src/webview/traffic/listGeometry';
import { placeOf, placesOf } from '../../../src/webview/traffic/rowOrder';

const rowHeight = 20;
const height = 500;
const still: PlacementMode = { stick: undefined, scrolling: false, capacity: 1_000_000 };
const following: PlacementMode = { ...still, stick: 'last' };

/** The ordinal at the upper edge, with its fraction. */
function top({ base, scrollTop }: Placement): number {
  return base + scrollTop / rowHeight;
}

describe('list geometry', () => {
  it('follows the end', () => {
    const placed = place(0, { first: 0, end: 1000 }, { scrollTop: 0, height, rowHeight }, following);
    assert.deepEqual(placed, { base: 0, rows: 1000, scrollTop: 1000 * rowHeight - height });
    assert.deepEqual(visibleRows(placed, { first: 0, end: 1000 }, { ...placed, height, rowHeight }), {
      first: 975,
      end: 1000,
    });
  });

  it('does not scroll while all rows fit', () => {
    const placed = place(0, { first: 0, end: 3 }, { scrollTop: 0, height, rowHeight }, following);
    assert.deepEqual(placed, { base: 0, rows: 3, scrollTop: 0 });
  });

  it('keeps the rows on screen where they are when older ones are evicted', () => {
    const before = { base: 0, rows: 1000, scrollTop: 612 * rowHeight + 7 };
    const after = place(0, { first: 400, end: 1400 }, { ...before, height, rowHeight }, still);
    assert.equal(after.base, 400);
    assert.equal(top(after), top(before));
  });

  it('goes to the oldest rows that are left when those on screen were evicted', () => {
    const after = place(
      0,
      { first: 400, end: 1400 },
      { scrollTop: 50 * rowHeight, height, rowHeight },
      still,
    );
    assert.equal(top(after), 400);
  });

  it('leaves the origin alone while the user scrolls', () => {
    const scrolling = { ...still, scrolling: true };
    const after = place(
      0,
      { first: 400, end: 1400 },
      { scrollTop: 612 * rowHeight, height, rowHeight },
      scrolling,
    );
    assert.equal(after.base, 0);
    assert.equal(after.scrollTop, 612 * rowHeight);
  });

  it('stays within the rows that are left after a clear', () => {
    const after = place(
      0,
      { first: 5000, end: 5002 },
      { scrollTop: 612 * rowHeight, height, rowHeight },
      still,
    );
    assert.deepEqual(after, { base: 5000, rows: 2, scrollTop: 0 });
  });

  it('puts at most so many rows into the box, and the newest when it follows', () => {
    const capped = { ...following, capacity: 10_000 };
    const placed = place(0, { first: 0, end: 50_000 }, { scrollTop: 0, height, rowHeight }, capped);
    assert.equal(placed.base, 40_000);
    assert.equal(placed.rows, 10_000);
  });

  it('centres the box anew at an edge behind which there are rows, without moving what is on screen', () => {
    const capped = { ...still, capacity: 10_000 };
    const ordinals = { first: 0, end: 50_000 };
    const atTop = { scrollTop: 3 * rowHeight, height, rowHeight };
    const moved = place(40_000, ordinals, atTop, capped);
    assert.equal(top(moved), 40_003);
    assert.ok(moved.base < 40_000 - 1000, 'there is room above again');
    const atBottom = { scrollTop: 10_000 * rowHeight - height, height, rowHeight };
    const down = place(10_000, ordinals, atBottom, capped);
    assert.equal(top(down), 20_000 - height / rowHeight);
    assert.ok(down.base + down.rows > 21_000, 'there is room below again');
  });

  it('reaches first and last row of any number of rows', () => {
    const capped = { ...still, capacity: 10_000 };
    const ordinals = { first: 7, end: 5_000_000 };
    assert.equal(top(place(7, ordinals, { scrollTop: 0, height, rowHeight }, capped)), 7);
    const end = place(4_999_999, ordinals, { scrollTop: 0, height, rowHeight }, capped);
    assert.equal(visibleRows(end, ordinals, { ...end, height, rowHeight }).end, 5_000_000);
  });

  it('does not take a rounding error for a visible row', () => {
    const placed = { base: 10, rows: 1000, scrollTop: 4 * rowHeight + 1e-9 };
    const seen = visibleRows(
      placed,
      { first: 0, end: 1000 },
      { scrollTop: placed.scrollTop, height, rowHeight },
    );
    assert.deepEqual(seen, { first: 14, end: 39 });
  });

  it('never makes a box that Chromium cannot lay out', () => {
    for (const ratio of [0.5, 1, 1.25, 2, 3]) {
      for (const line of [14, 20, 31, 60]) {
        assert.ok(boxCapacity(line, ratio) * line * Math.max(1, ratio) < 2 ** 25);
      }
    }
    assert.ok(boxCapacity(20, 1) >= 1_000_000, 'a million rows fit on an ordinary screen');
  });

  it('widens rows only to what exists', () => {
    assert.deepEqual(widen({ first: 5, end: 9 }, 10, { first: 2, end: 14 }), { first: 2, end: 14 });
    assert.deepEqual(widen({ first: 50, end: 60 }, 10, { first: 2, end: 140 }), { first: 40, end: 70 });
  });

  it('scrolls to a row by as little as needed', () => {
    const placed = { base: 100, rows: 1000, scrollTop: 200 };
    const viewport = { scrollTop: 200, height, rowHeight };
    assert.equal(offsetToReveal(105, placed, viewport), 100);
    assert.equal(offsetToReveal(115, placed, viewport), 200);
    assert.equal(offsetToReveal(140, placed, viewport), 41 * rowHeight - height);
  });
});

describe('list geometry with the newest first', () => {
  const placed = (ordinals: Ordinals) => placesOf(ordinals, 'newestFirst');
  const first: PlacementMode = { ...still, stick: 'first' };

  it('mirrors places and ordinals into each other', () => {
    assert.deepEqual(placed({ first: 10, end: 15 }), { first: -15, end: -10 });
    assert.deepEqual(placed(placed({ first: 10, end: 15 })), { first: 10, end: 15 });
    assert.equal(placeOf(14, 'newestFirst'), -15);
    assert.equal(placeOf(placeOf(14, 'newestFirst'), 'newestFirst'), 14);
  });

  it('follows at the upper edge', () => {
    const rows = placed({ first: 400, end: 1400 });
    const there = place(0, rows, { scrollTop: 0, height, rowHeight }, first);
    assert.deepEqual(there, { base: -1400, rows: 1000, scrollTop: 0 });
    const seen = visibleRows(there, rows, { ...there, height, rowHeight });
    assert.deepEqual(placed(seen), { first: 1375, end: 1400 });
  });

  it('keeps the rows on screen where they are when newer ones come above them', () => {
    const before = { base: -1400, rows: 1000, scrollTop: 612 * rowHeight + 7 };
    const rows = placed({ first: 500, end: 1500 });
    const after = place(-1400, rows, { ...before, height, rowHeight }, still);
    assert.equal(after.base, -1500);
    assert.equal(top(after), top(before));
  });

  it('leaves the origin alone while the user scrolls', () => {
    const rows = placed({ first: 400, end: 1500 });
    const scrolling = { ...still, scrolling: true };
    const after = place(-1400, rows, { scrollTop: 300 * rowHeight, height, rowHeight }, scrolling);
    assert.equal(after.base, -1400);
    assert.equal(after.scrollTop, 300 * rowHeight);
  });

  it('goes to the oldest rows that are left when those on screen were evicted', () => {
    const rows = placed({ first: 1000, end: 1400 });
    const after = place(-1400, rows, { scrollTop: 900 * rowHeight, height, rowHeight }, still);
    assert.equal(top(after), -1000 - height / rowHeight);
  });
});
