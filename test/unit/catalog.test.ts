import assert from 'node:assert/strict';
import { Catalog, keyOf } from '../../src/core/catalog';
import { Failure } from '../../src/core/failure';

const name = Buffer.from('q');

describe('catalog', () => {
  it('keeps a queue that was drained, with its trend', () => {
    const catalog = new Catalog();
    catalog.setLength('queue', name, 10, 1_000);
    assert.equal(catalog.entry('queue', name)?.perSecond, undefined);
    catalog.setLength('queue', name, 0, 3_000);
    const entry = catalog.entry('queue', name);
    assert.deepEqual([entry?.length, entry?.drained, entry?.perSecond], [0, true, -5]);
    catalog.setLength('queue', name, 1, 4_000);
    assert.equal(catalog.entry('queue', name)?.drained, false);
  });

  it('does not take in a queue that was never seen with a message', () => {
    const catalog = new Catalog();
    catalog.setLength('queue', name, 0, 0);
    assert.equal(catalog.isEmpty, true);
  });

  it('takes in an empty stream, which Redis keeps', () => {
    const catalog = new Catalog();
    catalog.setLength('stream', name, 0, 0);
    assert.deepEqual([catalog.count('stream'), catalog.entry('stream', name)?.drained], [1, false]);
  });

  it('notes no trend between two looks at the same time', () => {
    const catalog = new Catalog();
    catalog.setLength('queue', name, 1, 5);
    catalog.setLength('queue', name, 9, 5);
    assert.equal(catalog.entry('queue', name)?.perSecond, undefined);
  });

  it('shows a problem until the key can be asked again', () => {
    const catalog = new Catalog();
    const problem = new Failure('wrongType', 'not a list');
    catalog.setProblem('queue', name, problem, 0);
    assert.equal(catalog.isEmpty, true, 'a problem of an unknown key');
    catalog.setLength('queue', name, 3, 0);
    catalog.setProblem('queue', name, problem, 1_000);
    assert.deepEqual(
      [catalog.entry('queue', name)?.problem, catalog.entry('queue', name)?.length],
      [problem, 3],
    );
    catalog.setLength('queue', name, 4, 2_000);
    assert.equal(catalog.entry('queue', name)?.problem, undefined);
  });

  it('keeps queues and streams of one name apart, and names that are no UTF-8', () => {
    const catalog = new Catalog();
    const odd = [Buffer.from([0xff]), Buffer.from([0xfe]), Buffer.from('\ufffd')];
    for (const key of odd) catalog.setLength('queue', key, 1, 0);
    catalog.setLength('stream', Buffer.from([0xff]), 7, 0);
    assert.equal(new Set(odd.map(keyOf)).size, 3);
    assert.deepEqual([catalog.count('queue'), catalog.count('stream')], [3, 1]);
    catalog.remove('queue', Buffer.from([0xff]));
    assert.deepEqual([catalog.count('queue'), catalog.count('stream')], [2, 1]);
  });
});
