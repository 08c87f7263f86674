const perLine = 16;

/** Bytes as lines of offset, two groups of eight, and their ASCII, as in the Hex Editor. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  const offsetDigits = Math.max(4, (bytes.length - 1).toString(16).length);
  for (let at = 0; at < bytes.length; at += perLine) {
    lines.push(hexLine(bytes.subarray(at, at + perLine), at.toString(16).padStart(offsetDigits, '0')));
  }
  return lines;
}

function hexLine(bytes: Uint8Array, offset: string): string {
  let hex = '';
  let ascii = '';
  for (let i = 0; i < perLine; i++) {
    const byte = bytes[i];
    hex += i === perLine / 2 ? '  ' : ' ';
    hex += byte === undefined ? '  ' : byte.toString(16).padStart(2, '0');
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  }
  return `${offset} ${hex}  ${ascii}`;
}
