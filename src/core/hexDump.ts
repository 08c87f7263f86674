/** Bytes of a dump's line. */
const width = 16;
const hexAt = 10;
const printedAt = 60;
const lineLength = 78;
const pipe = 0x7c;
const dot = 0x2e;
const lineFeed = 0x0a;
const digits = Buffer.from('0123456789abcdef');

/**
 * Bytes as `offset  hex  |printable|`, 16 a line, like `hexdump -C`. Every byte is in it; only the last column replaces
 * what does not print. The text has five characters for each byte, and is made in one piece: as so many short lines it
 * would take seconds.
 */
export function hexDump(bytes: Uint8Array): string {
  const dump = Buffer.alloc(Math.ceil(bytes.length / width) * lineLength, ' ');
  let end = 0;
  for (let offset = 0; offset < bytes.length; offset += width) {
    const row = bytes.subarray(offset, offset + width);
    for (let digit = 0; digit < 8; digit++) dump[end + digit] = hexDigit(offset >>> (28 - 4 * digit));
    dump[end + printedAt - 1] = pipe;
    row.forEach((byte, at) => {
      dump[end + hexAt + 3 * at] = hexDigit(byte >> 4);
      dump[end + hexAt + 3 * at + 1] = hexDigit(byte);
      dump[end + printedAt + at] = byte >= 0x20 && byte < 0x7f ? byte : dot;
    });
    end += printedAt + row.length;
    dump[end++] = pipe;
    dump[end++] = lineFeed;
  }
  return dump.toString('latin1', 0, Math.max(0, end - 1));
}

function hexDigit(value: number): number {
  return digits[value & 0xf] ?? 0;
}
