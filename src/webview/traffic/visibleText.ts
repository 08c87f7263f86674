/** Control, bidirectional and invisible characters, except those that only lay text out (tab and line feed). */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be found
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const names: Readonly<Record<string, string>> = { '\r': '\\r', '\u001b': '\\e' };

/** A piece of foreign text, or a hidden character that is written out. */
export interface TextPiece {
  readonly text: string;
  readonly hidden: boolean;
}

/** Splits foreign text so that no character of it acts on the display or hides in it. */
export function visiblePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), hidden: false });
    const code = match[0].charCodeAt(0).toString(16);
    pieces.push({ text: names[match[0]] ?? `\\u{${code}}`, hidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hidden: false });
  return pieces;
}
