import assert from 'node:assert/strict';
import { layOutJson } from '../../../src/webview/traffic/jsonLayout';

const limits = { depth: 50, tokens: 10_000 };

function lines(text: string): string[] | undefined {
  return layOutJson(text, limits)?.map(
    ({ depth, tokens }) => '  '.repeat(depth) + tokens.map((it) => it.text).join(''),
  );
}

describe('JSON layout of the detail pane', () => {
  it('keeps long numbers, duplicate keys, escapes and order as published', () => {
    const text = '{"n":12345678901234567890123,"a":1.0e+2,"a":"\\u0041\\/","":{},"z":[],"b":null}';
    const shown = lines(text)?.join('').replaceAll(/\s/g, '');
    assert.equal(shown, text);
  });

  it('breaks lines at members and elements, and keeps small innermost ones together', () => {
    assert.deepEqual(lines('{"order":{"id":1,"tags":["a","b"]},"paid":true}'), [
      '{',
      '  "order": {',
      '    "id": 1,',
      '    "tags": ["a", "b"]',
      '  },',
      '  "paid": true',
      '}',
    ]);
    assert.deepEqual(lines('{"order_id":123,"status":"created"}'), [
      '{ "order_id": 123, "status": "created" }',
    ]);
  });

  it('takes blanks, line breaks and plain values', () => {
    assert.deepEqual(lines(' \r\n\t[ 1 ,\n2 ] '), ['[1, 2]']);
    assert.deepEqual(lines('"text"'), ['"text"']);
    assert.deepEqual(lines('-0'), ['-0']);
  });

  const wrong = [
    '',
    ' ',
    '{',
    '}',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '[1 2]',
    '{"a" 1}',
    '01',
    '1.',
    "'a'",
    '"a',
    '"\n"',
    '[1] 2',
    'nul',
    'NaN',
    '{"a":1}//x',
    '/**/1',
    '[,1]',
    '{1:2}',
    '"\\x"',
  ];
  for (const text of wrong) {
    it(`takes ${JSON.stringify(text)} for no JSON`, () => assert.equal(lines(text), undefined));
  }

  it('gives up beyond its limits and on any depth without an error', () => {
    assert.equal(lines('['.repeat(51) + ']'.repeat(51)), undefined);
    assert.notEqual(lines('['.repeat(50) + ']'.repeat(50)), undefined);
    assert.equal(lines('['.repeat(500_000)), undefined);
    assert.equal(lines(`[${'1,'.repeat(6_000)}1]`), undefined);
  });
});
