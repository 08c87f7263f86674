import assert from 'node:assert/strict';
import { plainLabel } from '../../src/host/plainText';

describe('Plain labels', () => {
  it('have no icon where a name looks like one', () => {
    assert.equal(plainLabel('a $(bug) b$(sync~spin)'), 'a \\$(bug) b\\$(sync~spin)');
  });

  it('have no backslash where VS Code would show it', () => {
    assert.equal(plainLabel('$(touch x); rm $()'), '$(touch x); rm $()');
  });
});
