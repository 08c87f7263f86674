import assert from 'node:assert/strict';
import { layoutJson, layoutLimit } from '../../src/core/jsonLayout';
import { SeededRandom } from './capture/seededRandom';

function randomJson(random: SeededRandom, depth: number): unknown {
  const kind = random.below(depth > 4 ? 5 : 8);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random.below(2) === 0;
    case 2:
      return random.below(2_000_000) - 1_000_000;
    case 3:
      return random.below(1_000) / 64;
    case 4:
      return Array.from({ length: random.below(8) }, () =>
        random.pick(['a', '"', '\\', '\n', 'é', '🔑', '/*', '//', ',', ':', '{', ']', ' ', '\u2028']),
      ).join('');
    case 5:
      return Array.from({ length: random.below(4) }, () => randomJson(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, (_, at) => [`k${at}\t"`, randomJson(random, depth + 1)]),
      );
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

describe('layout of a JSON text', () => {
  it('is what JSON.stringify gives, for JSON that survives it', () => {
    const random = new SeededRandom(3);
    for (let round = 0; round < 1_000; round++) {
      const value = randomJson(random, 0);
      const text = JSON.stringify(value, null, random.pick([undefined, '\t', '   ']));
      assert.equal(layoutJson(text), JSON.stringify(value, null, 2));
    }
  });

  it('takes for JSON what JSON.parse takes, and nothing else', () => {
    const random = new SeededRandom(4);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '/*x*/',
      '//',
      '1',
      '-',
      '.',
      'e',
      '0',
      'true',
      ' ',
      '\n',
      '\t',
      '\u00a0',
      '\u0001',
      '\u001f',
      '\ufeff',
      'nul',
      '\\u00',
      '\u2028',
    ];
    let broken = 0;
    for (let round = 0; round < 8_000; round++) {
      const text = JSON.stringify(randomJson(random, 0));
      const at = random.below(text.length + 1);
      const changed = text.slice(0, at) + random.pick(pieces) + text.slice(at + random.below(2));
      const valid = isJson(changed);
      if (!valid) broken++;
      assert.equal(layoutJson(changed) !== undefined, valid, JSON.stringify(changed));
    }
    assert.ok(broken > 2_000 && broken < 7_900, `${broken} of 8000 were broken`);
  });

  it('keeps long numbers, duplicate keys and the spelling of strings to the letter', () => {
    const text =
      '{"id":12345678901234567890,"n":-0,"f":1.00e+02,"a":1,"a":2,"s":"\\u0041\\/\\u00e9é","__proto__":{"x":1}}';
    assert.equal(layoutJson(text)?.replace(/\n\s*/g, '').replaceAll('": ', '":'), text);
  });

  it('keeps empty objects and arrays on one line', () => {
    assert.equal(layoutJson('[{ },[ ]]'), '[\n  {},\n  []\n]');
  });

  it('takes plain values', () => {
    for (const text of ['1', '"x"', 'true', 'null', '-1.5e-7']) assert.equal(layoutJson(` ${text}\n`), text);
  });

  const wrong = [
    '',
    ' ',
    '{"a":1,}',
    '[1,]',
    '{"a":1}{',
    '1 2',
    '{"a" 1}',
    "{'a':1}",
    '{a:1}',
    '[1}',
    '{"a":/* no */1}',
    '[1] // no',
    '01',
    '+1',
    '.5',
    '1.',
    'NaN',
    'True',
    '"a\nb"',
    '"\\x"',
    '"\\u12"',
    '"open',
    '\ufeff{}',
  ];
  for (const text of wrong) {
    it(`leaves ${JSON.stringify(text)} alone`, () => assert.equal(layoutJson(text), undefined));
  }

  it('stops at its depth without overflowing the stack', () => {
    assert.notEqual(layoutJson('['.repeat(500) + ']'.repeat(500)), undefined);
    assert.equal(layoutJson('['.repeat(501) + ']'.repeat(501)), undefined);
    assert.equal(layoutJson('['.repeat(100_000)), undefined);
  });

  it('stops at its size', () => {
    assert.notEqual(layoutJson(`"${'x'.repeat(layoutLimit - 2)}"`), undefined);
    assert.equal(layoutJson(`"${'x'.repeat(layoutLimit - 1)}"`), undefined);
  });
});
