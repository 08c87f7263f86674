import assert from 'node:assert/strict';
import { Formats } from '../../../src/webview/traffic/formats';
import { hexLines } from '../../../src/webview/traffic/hexLayout';
import { visiblePieces } from '../../../src/webview/traffic/visibleText';

function shown(text: string): string {
  return visiblePieces(text)
    .map((piece) => (piece.hidden ? `<${piece.text}>` : piece.text))
    .join('');
}

describe('texts of the traffic panel', () => {
  it('writes out what would act on the display or hide', () => {
    assert.equal(shown('\u001b[31mred'), '<\\e>[31mred');
    assert.equal(shown('abc\u202edef\u2066\u200b'), 'abc<\\u{202e}>def<\\u{2066}><\\u{200b}>');
    assert.equal(shown('\u0000\r\u0085'), '<\\u{0}><\\r><\\u{85}>');
    assert.equal(shown('\ud800x'), '<\\u{d800}>x');
  });

  it('leaves text, tabs and line breaks as they are', () => {
    for (const text of ['a\tb\nc', 'émoji 😀 日本', '<b>&amp;</b>', '']) assert.equal(shown(text), text);
  });

  it('shows bytes as a hex editor does', () => {
    const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 0x41, 0x42, 0xff, 0x7f, 0x20, 13, 14, 15, 0x7e]);
    assert.deepEqual(hexLines(bytes), [
      '0000  00 01 02 03 04 05 06 07  41 42 ff 7f 20 0d 0e 0f  ........AB.. ...',
      '0010  7e                                                ~',
    ]);
    assert.deepEqual(hexLines(new Uint8Array(0)), []);
  });

  it('formats counts, sizes and times to a fixed form', () => {
    const formats = new Formats('en');
    assert.equal(formats.count(88_310), '88,310');
    assert.deepEqual(
      [0, 64, 999, 1_000, 1_234, 9_960, 14_200, 99_600, 345_678, 999_600, 10_485_760].map((size) =>
        formats.size(size),
      ),
      ['0 B', '64 B', '999 B', '1 kB', '1.2 kB', '10 kB', '14 kB', '100 kB', '346 kB', '1 MB', '10 MB'],
    );
    assert.match(formats.time(1_760_000_000_007), /^\d\d:\d\d:20\.007$/);
  });

  it('takes a language that it does not know for English', () => {
    assert.equal(new Formats('xx-klingon').count(1_000), '1,000');
  });
});
