import assert from 'node:assert/strict';
import { StderrTail } from '../../src/workers/stderrTail';

describe('StderrTail', () => {
  it('keeps everything that fits', () => {
    const tail = new StderrTail();
    tail.add(Buffer.from('one\n'));
    tail.add(Buffer.from('two\n'));
    assert.equal(tail.text(), 'one\ntwo\n');
  });

  it('keeps the last 8 kB of very much, in pieces of any size', () => {
    for (const size of [1, 100, 8_191, 8_192, 8_193, 100_000]) {
      const tail = new StderrTail();
      let all = '';
      while (all.length < 200_000) {
        const piece = `${all.length}:`.padEnd(size, 'x').slice(0, size);
        all += piece;
        tail.add(Buffer.from(piece));
      }
      assert.equal(tail.text(), all.slice(-8_192), `pieces of ${size}`);
    }
  });
});
