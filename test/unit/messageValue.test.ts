import assert from 'node:assert/strict';
import { decodeUtf8, fromBytes, isMessageValue, toBytes } from '../../src/core/messageValue';
import { SeededRandom } from './capture/seededRandom';

describe('bytes as JSON', () => {
  it('come back as they were, whatever they are', () => {
    const random = new SeededRandom(11);
    for (let round = 0; round < 2_000; round++) {
      const bytes =
        round % 2 === 0
          ? random.bytes(random.below(40))
          : Buffer.from(
              Array.from({ length: random.below(20) }, () =>
                random.pick(['a', 'é', '🔑', '\0', '\ufeff', '\n']),
              ).join(''),
            );
      const value: unknown = JSON.parse(JSON.stringify(fromBytes(bytes)));
      assert.ok(isMessageValue(value));
      assert.deepEqual(toBytes(value), bytes);
    }
  });

  it('are text where they are valid UTF-8, and base64 where not', () => {
    assert.equal(fromBytes(Buffer.from('é\0🔑')), 'é\0🔑');
    assert.equal(fromBytes(Buffer.alloc(0)), '');
    assert.deepEqual(fromBytes(Buffer.from([0xff])), { base64: '/w==' });
  });

  const invalid: readonly (readonly [what: string, bytes: readonly number[]])[] = [
    ['a lone continuation byte', [0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ];
  for (const [what, bytes] of invalid) {
    it(`takes ${what} for no text`, () => assert.equal(decodeUtf8(Uint8Array.from(bytes)), undefined));
  }

  it('keep a byte order mark', () => {
    assert.equal(decodeUtf8(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61])), '\ufeffa');
  });

  it('refuse text without a UTF-8 form', () => {
    assert.throws(() => toBytes('a\ud800b'), { name: 'Failure', code: 'argument', message: /surrogate/ });
  });

  for (const base64 of ['/w=', '/w', 'a b=', '_-8=', '/w==\n', '=', 'A===', '==', '/w==/w==']) {
    it(`refuse ${JSON.stringify(base64)} as base64`, () => {
      assert.throws(() => toBytes({ base64 }), { name: 'Failure', code: 'argument', message: /base64/ });
    });
  }

  it('take as many bytes as Redis does', () => {
    const bytes = Buffer.alloc(64_000_000, 0xfe);
    assert.ok(toBytes({ base64: bytes.toString('base64') }).equals(bytes));
  });

  it('are told from other values', () => {
    for (const value of ['', 'x', { base64: '' }]) assert.equal(isMessageValue(value), true);
    for (const value of [null, undefined, 1, {}, { base64: 1 }, ['x']])
      assert.equal(isMessageValue(value), false);
  });
});
