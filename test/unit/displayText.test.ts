import assert from 'node:assert/strict';
import { displayBytes, displayText } from '../../src/core/displayText';
import { SeededRandom } from './capture/seededRandom';

/** Anything that moves, hides or forges text, or makes a second line. */
const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('foreign text in a label', () => {
  const cases: readonly (readonly [what: string, text: string, shown: string])[] = [
    ['plain text', 'orders:new', 'orders:new'],
    ['letters and signs of any language', 'größe 注文 🔑 é', 'größe 注文 🔑 é'],
    ['line ends and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['ESC sequences', '\u001b[31mred', '\\e[31mred'],
    ['NUL, DEL and C1', '\0\u007f\u009b', '\\u{0}\\u{7f}\\u{9b}'],
    ['bidirectional controls', 'a\u202eb\u2066c\u200f', 'a\\u{202e}b\\u{2066}c\\u{200f}'],
    ['zero-width characters', 'a\u200bb\ufeffc\u00ad', 'a\\u{200b}b\\u{feff}c\\u{ad}'],
    ['line separators', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['lone surrogates', 'a\ud83db\udd11', 'a\\u{d83d}b\\u{dd11}'],
    ['invisible tags', 'a\u{e0041}', 'a\\u{e0041}'],
    ['icon syntax', '$(zap) [x](command:y)', '$(zap) [x](command:y)'],
  ];
  for (const [what, text, shown] of cases) {
    it(`shows ${what}`, () => {
      assert.equal(displayText(text), shown);
    });
  }

  it('is cut with an ellipsis, and only when it is longer', () => {
    assert.equal(displayText('abcd', 4), 'abcd');
    assert.equal(displayText('abcde', 4), 'abcd…');
    assert.equal(displayText('a\nb', 4), 'a\\nb');
    assert.equal(displayText('ab\n\n', 4), 'ab\\n…');
  });

  it('is cut beside a surrogate pair, not through it', () => {
    assert.equal(displayText('abc🔑d', 4), 'abc…');
    assert.equal(displayText('abc🔑d', 5), 'abc🔑…');
    assert.equal(displayText('\n\n🔑d', 5), '\\n\\n…');
  });

  it('is one harmless line within its limit, whatever it was', () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 3_000; round++) {
      const length = random.below(30);
      const text = Array.from({ length }, () =>
        random.below(2) === 0
          ? String.fromCharCode(random.below(65_536))
          : random.pick(['🔑', '\n', '\u001b', '\u202e', 'a', '\u{e0041}']),
      ).join('');
      const limit = 1 + random.below(20);
      for (const shown of [displayText(text, limit), displayBytes(Buffer.from(text), limit)]) {
        assert.equal(harmful.test(shown), false, JSON.stringify(text));
        assert.ok(shown.length <= limit + 1, JSON.stringify(text));
      }
    }
  });
});

describe('foreign bytes in a label', () => {
  it('are shown as text where they are text', () => {
    assert.equal(displayBytes(Buffer.from('größe\n')), 'größe\\n');
    assert.equal(displayBytes(Buffer.alloc(0)), '');
  });

  it('are shown by their values where they are not', () => {
    assert.equal(displayBytes(Buffer.from([0x61, 0xff, 0x0a, 0x5c])), 'a\\xff\\x0a\\');
  });

  it('are cut with an ellipsis, and only when they are longer', () => {
    assert.equal(displayBytes(Buffer.from([0xff]), 4), '\\xff');
    assert.equal(displayBytes(Buffer.from([0xff, 0xfe]), 4), '\\xff…');
    assert.equal(displayBytes(Buffer.from('€'.repeat(50)), 50), '€'.repeat(50));
    assert.equal(displayBytes(Buffer.from('€'.repeat(1_000)), 50), `${'€'.repeat(50)}…`);
  });

  it('are text also where the cut falls into a character', () => {
    for (let shift = 0; shift < 4; shift++) {
      const shown = displayBytes(Buffer.from('a'.repeat(shift) + '🔑'.repeat(500)), 20);
      assert.equal(shown.includes('\\x'), false);
      assert.ok(shown.endsWith('…'));
    }
  });
});
