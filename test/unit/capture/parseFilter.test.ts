import assert from 'node:assert/strict';
import { isFailure } from '../../../src/core/failure';
import { parseFilter } from '../../../src/core/parseFilter';

function matches(filter: string, payload: string | Buffer): boolean {
  const parsed = parseFilter(filter);
  assert.ok(parsed);
  // Somewhere in a larger memory, as in the ring.
  const bytes = Buffer.from(payload);
  const data = Buffer.concat([Buffer.from('{"a":1}"'), bytes, Buffer.from('}]" 1')]);
  return parsed.matchesPayload(data, 8, 8 + bytes.length);
}

describe('filter', () => {
  it('is none for no text', () => assert.equal(parseFilter(''), undefined));

  const order =
    '{"id":12345678901234567891,"priority":"high","n":-1.5,"tags":["a","b c"],"done":false,"items":[{"sku":"x","q":2},{"sku":"y"}],"none":null,"a b":{"c":"é\\u0041\\n"},"id":7}';
  const cases: readonly (readonly [filter: string, payload: string, expected: boolean])[] = [
    ['HIGH', order, true],
    ['low', order, false],
    ['/api/v1', 'GET /api/v1/x', true],
    ['/api/users', 'GET /api/users', true],
    ['/HIGH/', order, false],
    ['/HIGH/i', order, true],
    ['/^b$/', 'a\nb\nc', false],
    ['/^b$/m', 'a\nb\nc', true],
    ['/a.b/', 'a\nb', false],
    ['/a.b/s', 'a\nb', true],
    ['/"n":-?\\d/', order, true],
    ['/É/i', 'é', true],
    ['$.priority == "high"', order, true],
    ['$.priority="high"', order, true],
    ['$.priority == "low"', order, false],
    ['$.priority != "low"', order, true],
    ['$.priority != "high"', order, false],
    ['$.nothing != "high"', order, false],
    ['!$.nothing', order, true],
    ['!$.priority', order, false],
    ['! $.priority == "low"', order, true],
    ['$.none', order, true],
    ['$.none == null', order, true],
    ['$.done == false', order, true],
    ['$.done == true', order, false],
    ['$.id == 12345678901234567891', order, true],
    ['$.id == 12345678901234567892', order, false],
    ['$.id > 12345678901234567890', order, true],
    ['$.id == 7', order, true],
    ['$.n < 0', order, true],
    ['$.n <= -1.5', order, true],
    ['$.n >= -1.50', order, true],
    ['$.n > -1.5', order, false],
    ['$.n > "a"', order, false],
    ['$.priority > "h"', order, true],
    ['$.priority in ["low", "high"]', order, true],
    ['$.id in [1, 7]', order, true],
    ['$.id in []', order, false],
    ['$.priority contains "ig"', order, true],
    ['$.tags contains "b c"', order, true],
    ['$.tags contains "b"', order, false],
    ['$.tags[0] == "a"', order, true],
    ['$.tags[2]', order, false],
    ['$.tags[*] == "b c"', order, true],
    ['$.items[*].sku == "y"', order, true],
    ['$.items[1].q', order, false],
    ['$.items[*].q >= 2 && $.priority == "high"', order, true],
    ['$.items[*].q >= 2 and $.priority == "low"', order, false],
    ['$["a b"].c == "éA\\n"', order, true],
    ['$["a b"]["c"] contains "A"', order, true],
    ['$.a == 1', '{"a": 1', true],
    ['$.a', '{"b" [], "a": 1}', false],
    ['$.a', 'no JSON at all', false],
    ['$.a', '', false],
    ['$.a', '[{"a":1}]', false],
    ['$[0].a', '[{"a":1}]', true],
    ['$.a == 1', '{"x":{"a":1}}', false],
    ['$.__proto__ == 1', '{"__proto__":1}', true],
    ['$.a == "x"', '{"\\u0061":"x"}', true],
    ['$.a == 1e2', '{"a":100}', true],
    ['$.a == "}"', '{"b":"{[\\"","a":"}"}', true],
  ];
  for (const [filter, payload, expected] of cases) {
    it(`${filter} ${expected ? 'lets' : 'does not let'} ${JSON.stringify(payload.slice(0, 30))} through`, () => {
      assert.equal(matches(filter, payload), expected);
    });
  }

  const refused: readonly (readonly [filter: string, message: RegExp])[] = [
    ['/(/', /regular expression cannot be read/],
    ['/(?=a)/', /regular expression cannot be read/],
    ['/(a)\\1/', /regular expression cannot be read/],
    ['$.', /"\." where \.name was expected/],
    ['$.a ==', /ends where "text" is missing/],
    ['$.a == high', /"high" where "text" was expected/],
    ['$.a in 5', /where \["a", 1\] was expected/],
    ['$.a == "x" $.b', /"\$\.b" where && was expected/],
    ['$.a == "x" &&', /ends where \$\. is missing/],
    ['$[x]', /was expected/],
    ['$.a == "open', /was expected/],
  ];
  for (const [filter, message] of refused) {
    it(`says what is wrong with ${filter}`, () => {
      assert.throws(
        () => parseFilter(filter),
        (error: unknown) => {
          assert.ok(isFailure(error));
          assert.equal(error.code, 'argument');
          assert.match(error.message, message);
          assert.notEqual(error.hint, '');
          return true;
        },
      );
    });
  }

  it('takes no longer for an expression that would run away elsewhere', () => {
    assert.equal(matches('/^(a+)+$/', `${'a'.repeat(50_000)}!`), false);
  });

  it('reads deep JSON without a stack', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    assert.equal(matches('$.a', `{"x":${deep},"a":1}`), true);
  });

  const marked: readonly (readonly [
    filter: string,
    shown: string,
    ranges: readonly (readonly number[])[],
  ])[] = [
    [
      'aB',
      'xAbxab',
      [
        [1, 3],
        [4, 6],
      ],
    ],
    [
      '/a+/',
      'xaaxa',
      [
        [1, 3],
        [4, 5],
      ],
    ],
    ['/x*/', 'abc', []],
    ['$.b == 2', 'é{"b":1}', []],
    ['$.b == 2', '{"é":1,"b":2}', [[11, 12]]],
    ['$.a && $.a == 1', '{"a":1}', [[5, 6]]],
  ];
  for (const [filter, shown, ranges] of marked) {
    it(`marks what ${filter} finds in ${shown}`, () => {
      assert.deepEqual(parseFilter(filter)?.ranges(shown), ranges);
    });
  }
});
