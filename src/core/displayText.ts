import { decodeUtf8 } from './messageValue';

/** Controls, line and paragraph separators, invisible and bidirectional signs, lone surrogates: what forges or hides text. */
const unsafe = /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]$/u;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

function escapeCharacter(character: string): string {
  if (!unsafe.test(character)) return character;
  return named[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function escapeByte(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** As many pieces as fit the limit, none of them cut in two. */
function fitting<Part>(parts: Iterable<Part>, shownAs: (part: Part) => string, limit: number): string {
  let shown = '';
  for (const part of parts) {
    const piece = shownAs(part);
    if (shown.length + piece.length > limit) return `${shown}…`;
    shown += piece;
  }
  return shown;
}

/**
 * Foreign text as it may stand in a label: one line, with control, escape, bidirectional and invisible characters
 * written out. `limit` counts UTF-16 units of the result before the ellipsis.
 */
export function displayText(text: string, limit = 200): string {
  return fitting(text.slice(0, limit + 1), escapeCharacter, limit);
}

/** Foreign bytes as they may stand in a label; bytes that are no UTF-8 are written as `\xNN`. */
export function displayBytes(bytes: Uint8Array, limit = 200): string {
  // Four bytes a character at the most: enough to fill the label, without decoding megabytes for it.
  const enough = (limit + 1) * 4;
  const head = bytes.length > enough ? bytes.subarray(0, wholeCharacters(bytes, enough)) : bytes;
  const text = decodeUtf8(head);
  return text === undefined
    ? fitting(bytes.subarray(0, limit + 1), escapeByte, limit)
    : displayText(text, limit);
}

/** A name as a label: like {@link displayBytes}, with blanks at either end made visible, and an empty name as `""`. */
export function displayName(name: Uint8Array, limit = 200): string {
  if (name.length === 0) return '""';
  const blanks = (run: string): string => '␣'.repeat(run.length);
  return displayBytes(name, limit).replace(/^ +| +$/g, blanks);
}

/** The largest length up to `limit`, which is less than all, that does not cut a UTF-8 sequence. */
export function wholeCharacters(bytes: Uint8Array, limit: number): number {
  let end = limit;
  while (end > 0 && end > limit - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
