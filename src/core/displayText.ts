import { decodeUtf8 } from './messageValue';

/** C0, DEL, C1, line separators, zero-width and bidirectional controls: what could forge or hide text in a label. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be found
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

function escapeCharacter(character: string): string {
  return named[character] ?? `\\u{${character.charCodeAt(0).toString(16)}}`;
}

function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text +=
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

/**
 * Foreign text as it may stand in a label: one line, with control, escape, bidirectional and invisible characters
 * written out. `limit` counts UTF-16 units of the result before the ellipsis.
 */
export function displayText(text: string, limit = 200): string {
  const head = text.length > limit ? text.slice(0, limit) : text;
  const shown = head.replace(unsafe, escapeCharacter);
  if (shown.length > limit) return `${shown.slice(0, limit)}…`;
  return text.length > limit ? `${shown}…` : shown;
}

/** Foreign bytes as they may stand in a label; bytes that are no UTF-8 are written as `\xNN`. */
export function displayBytes(bytes: Uint8Array, limit = 200): string {
  // Four bytes a character at the most: enough to fill the label, without decoding megabytes for it.
  const head = bytes.length > limit * 4 ? bytes.subarray(0, wholeCharacters(bytes, limit * 4)) : bytes;
  const text = decodeUtf8(head);
  if (text !== undefined) {
    const shown = displayText(text, limit);
    return head.length < bytes.length && !shown.endsWith('…') ? `${shown}…` : shown;
  }
  const some = bytes.subarray(0, limit);
  const shown = escapeBytes(some).slice(0, limit);
  return some.length < bytes.length || shown.length >= limit ? `${shown}…` : shown;
}

/** The largest length up to `limit` that does not cut a UTF-8 sequence. */
function wholeCharacters(bytes: Uint8Array, limit: number): number {
  let end = limit;
  while (end > 0 && end > limit - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
