import assert from 'node:assert/strict';
import { isFailure } from '../../src/core/failure';
import { MessageTemplate } from '../../src/core/messageTemplate';

const message = (template: string, n = 7): string => MessageTemplate.parse(template).message(n).toString();
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('MessageTemplate', () => {
  it('fills in every placeholder, as often as it stands there', () => {
    assert.equal(message('order {n} of {n}'), 'order 7 of 7');
    assert.match(message('{uuid}'), uuid);
    assert.notEqual(message('{uuid}'), message('{uuid}'));
    assert.ok(Math.abs(Date.parse(message('{time}')) - Date.now()) < 60_000);
    assert.ok(Math.abs(Number(message('{ms}')) - Date.now()) < 60_000);
  });

  it('draws whole numbers from the whole range, both ends included', () => {
    const template = MessageTemplate.parse('{random:-1-1}');
    const seen = new Set(Array.from({ length: 500 }, () => Number(template.message(1))));
    assert.deepEqual([...seen].sort(), [-1, 0, 1]);
    assert.equal(message('{random:5-5}'), '5');
  });

  it('leaves all other braces alone', () => {
    for (const text of [
      '{"n":1}',
      '{N}',
      '{}',
      '{{',
      '{ n }',
      '{uuid',
      '$(touch x)',
      '\u001b[31m',
      '{"a":{"b":[]}}',
    ]) {
      assert.equal(message(text), text);
    }
    assert.equal(message('{"a":{n}}'), '{"a":7}');
    assert.equal(message('{{n}}'), '{7}');
  });

  it('keeps JSON what it is: text gets quotes where it has none', () => {
    const parsed = JSON.parse(
      message('{"n":{n},"id":{uuid},"at":"{time}","q":"\\"{uuid}\\"","r":{random:1-9},"l":[{time}]}'),
    );
    assert.equal(parsed.n, 7);
    assert.match(parsed.id, uuid);
    assert.ok(Date.parse(parsed.at) > 0);
    assert.match(parsed.q.slice(1, -1), uuid);
    assert.ok(Date.parse(parsed.l[0]) > 0);
    // Not JSON either way, so as it is.
    assert.match(message('id={uuid}').slice(3), uuid);
    assert.match(message('"{uuid}" {uuid}').slice(-36), uuid);
  });

  it('refuses a range that is none', () => {
    for (const text of [
      '{random:9-1}',
      '{random:}',
      '{random:1}',
      '{random:a-b}',
      'x {random:1-2',
      '{random:1-99999999999999999999}',
    ]) {
      assert.throws(
        () => MessageTemplate.parse(text),
        (error: unknown) => isFailure(error) && error.code === 'argument' && /no range/.test(error.message),
        text,
      );
    }
  });
});
