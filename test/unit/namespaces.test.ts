import assert from 'node:assert/strict';
import { namespaceLevel } from '../../src/core/namespaces';

function level(names: readonly string[], prefix = '', delimiter = ':'): readonly string[] {
  const { namespaces, leaves } = namespaceLevel(
    names.map((name) => ({ name: Buffer.from(name, 'latin1') })),
    prefix,
    delimiter,
  );
  return [
    ...namespaces.map((namespace) => `${namespace.prefix} (${namespace.count})`),
    ...leaves.map(({ name }) => name.toString('latin1')),
  ];
}

describe('namespaces', () => {
  const names = ['shop:orders:new', 'shop:orders:paid', 'shop:mail', 'plain', 'log:only'];

  it('group names by their next segment, and lone names stand by themselves', () => {
    assert.deepEqual(level(names), ['shop: (3)', 'log:only', 'plain']);
    assert.deepEqual(level(names, 'shop:'), ['shop:orders: (2)', 'shop:mail']);
    assert.deepEqual(level(names, 'shop:orders:'), ['shop:orders:new', 'shop:orders:paid']);
    assert.deepEqual(level(names, 'nothing:'), []);
  });

  it('show every name exactly once, at whatever depth', () => {
    const all = [...names, ':', '::', ':a', 'a:', 'a::b', 'a::c', 'x:y:z:1', 'x:y:z:2', '', 'ü:1', 'ü:2'];
    const found: string[] = [];
    const walk = (prefix: string, expected: number): void => {
      const { namespaces, leaves } = namespaceLevel(
        all.map((name) => ({ name: Buffer.from(name) })),
        prefix,
        ':',
      );
      const before = found.length;
      found.push(...leaves.map(({ name }) => name.toString()));
      for (const namespace of namespaces) {
        assert.ok(namespace.prefix.length > prefix.length);
        walk(namespace.prefix, namespace.count);
      }
      assert.equal(found.length - before, expected);
    };
    walk('', all.length);
    assert.deepEqual(found.sort(), [...all].sort());
  });

  it('are in order of bytes, and keep names apart that are no UTF-8', () => {
    assert.deepEqual(level(['b', 'a', '\xff', '\xfe', 'B']), ['B', 'a', 'b', '\xfe', '\xff']);
    assert.deepEqual(level(['\xff:a', '\xff:b', '\xfe:a', '\xfe:b']), ['\xfe: (2)', '\xff: (2)']);
  });

  it('take delimiters of several characters and none', () => {
    assert.deepEqual(level(['a/->b', 'a/->c', 'a/'], '', '/->'), ['a/-> (2)', 'a/']);
    assert.deepEqual(level(['a:b', 'a:c'], '', ''), ['a:b', 'a:c']);
    assert.deepEqual(level(['a.b', 'a.c'], '', '.'), ['a. (2)']);
  });
});
