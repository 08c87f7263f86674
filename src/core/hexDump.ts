/** Bytes of a dump's line. */
const width = 16;

/**
 * Bytes as `offset  hex  |printable|`, 16 a line, like `hexdump -C`. Every byte is in it; only the last column replaces
 * what does not print.
 */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += width) {
    const row = bytes.subarray(offset, offset + width);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const printable = Array.from(row, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    ).join('');
    lines.push(`${offset.toString(16).padStart(8, '0')}  ${hex.padEnd(width * 3 - 1)}  |${printable}|`);
  }
  return lines.join('\n');
}
