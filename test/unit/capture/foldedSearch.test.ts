import assert from 'node:assert/strict';
import { FoldedSearch } from '../../../src/core/foldedSearch';
import { SeededRandom } from './seededRandom';

/** All places at which the needle stands in data[start, end), by the plainest of means. */
function expected(data: Buffer, needle: Buffer, start: number, end: number): number[] {
  const folded = foldedText(data);
  const wanted = foldedText(needle);
  const places: number[] = [];
  for (
    let at = folded.indexOf(wanted, start);
    at >= 0 && at + wanted.length <= end;
    at = folded.indexOf(wanted, at + 1)
  ) {
    places.push(at);
  }
  return places;
}

/** One character a byte, ASCII capitals as small letters. */
function foldedText(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function places(search: FoldedSearch, data: Buffer, start: number, end: number): number[] {
  search.over(data, start, end);
  const found: number[] = [];
  for (let at = search.next(start); at >= 0; at = search.next(at + 1)) found.push(at);
  return found;
}

describe('the search in bytes', () => {
  it('finds what a plain one finds, in any bytes, wherever they begin and end', () => {
    const random = new SeededRandom(7);
    const below = (limit: number) => random.below(limit);
    for (let round = 0; round < 2_000; round++) {
      // Few different bytes, so that needles are often nearly there.
      const alphabet = Buffer.from(round % 2 === 0 ? 'aAbB@`[{\x00' : 'zZ\xe9\xc9\xff1', 'latin1');
      const data = Buffer.from(
        Array.from({ length: below(400) }, () => alphabet[below(alphabet.length)] ?? 0),
      );
      const start = below(data.length + 1);
      const end = start + below(data.length - start + 1);
      const length = 1 + below(round % 3 === 0 ? 40 : 3);
      const from = below(data.length + 1);
      const inside = data.subarray(from, from + length);
      const needle = inside.length > 0 ? inside : Buffer.from('a');
      assert.deepEqual(
        places(new FoldedSearch(needle), data, start, end),
        expected(data, needle, start, end),
        `round ${round}`,
      );
    }
  });

  it('finds across the windows of a long text, a needle longer than a window too', () => {
    const data = Buffer.alloc(1_000_000, 'x');
    for (let at = 131_072 - 8; at < data.length - 16; at += 131_072) data.write('Order-42', at);
    const needle = Buffer.from('oRDER-42');
    assert.deepEqual(
      places(new FoldedSearch(needle), data, 0, data.length),
      expected(data, needle, 0, data.length),
    );
    assert.equal(places(new FoldedSearch(needle), data, 0, data.length).length, 7);
    const bytes = new SeededRandom(3).bytes(600_000);
    const long = Buffer.from(bytes.subarray(100_000, 400_000));
    assert.deepEqual(places(new FoldedSearch(long), bytes, 0, bytes.length), [100_000]);
  });

  it('sees bytes as they are when it begins anew', () => {
    const data = Buffer.from('order');
    const search = new FoldedSearch(Buffer.from('order'));
    assert.deepEqual(places(search, data, 0, 5), [0]);
    data.fill('-');
    assert.deepEqual(places(search, data, 0, 5), []);
  });
});
