import assert from 'node:assert/strict';
import { wrapped } from '../../src/core/wrappedText';

describe('wrapped', () => {
  it('breaks between words', () => {
    assert.deepEqual(wrapped('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrapped('one two three', 100), ['one two three']);
    assert.deepEqual(wrapped('', 10), ['']);
  });

  it('breaks a word that no line holds, and loses nothing of it', () => {
    const pickle = `"${'\\x80'.repeat(30)}"`;
    const lines = wrapped(pickle, 50);
    assert.deepEqual(
      lines.map(({ length }) => length),
      [50, 50, 22],
    );
    assert.equal(lines.join(''), pickle);
    assert.deepEqual(wrapped(`a ${'b'.repeat(6)} c`, 5), ['a', 'bbbbb', 'b c']);
  });

  it('keeps blanks in a row, and characters of two units', () => {
    assert.deepEqual(wrapped('a   b', 10), ['a   b']);
    assert.deepEqual(wrapped('😀😀😀', 5), ['😀😀', '😀']);
  });
});
