import assert from 'node:assert/strict';
import { jsonLines } from '../../src/core/jsonLines';

describe('jsonLines', () => {
  it('finds the objects however the bytes are cut', () => {
    const bytes = Buffer.from('{"a":"ü\\n"}\n{"b":2}\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const found: object[] = [];
      const take = jsonLines((value) => found.push(value));
      take(bytes.subarray(0, cut));
      take(bytes.subarray(cut));
      assert.deepEqual(found, [{ a: 'ü\n' }, { b: 2 }]);
    }
  });

  it('throws on what is no JSON, and on a line without end', () => {
    assert.throws(() => jsonLines(() => undefined)('nonsense\n'), SyntaxError);
    assert.throws(() => {
      const take = jsonLines(() => undefined);
      for (let size = 0; size <= 4_000_000; size += 1_000_000) take('x'.repeat(1_000_001));
    }, /4 MB/);
  });

  it('passes over values that are no objects', () => {
    const found: object[] = [];
    jsonLines((value) => found.push(value))('1\nnull\n"x"\n{}\n');
    assert.deepEqual(found, [{}]);
  });
});
