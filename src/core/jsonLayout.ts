import { createScanner } from 'jsonc-parser';

/** Largest text that is laid out, in UTF-16 units; beyond it the text is shown as it is. */
export const layoutLimit = 4_194_304;
/** Deepest nesting that is laid out. */
const depthLimit = 500;

/** What may stand next. `first…` is right after an opening bracket, where the closing one may follow too. */
type Expected = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'commaOrEnd' | 'nothing';

const blank = /^[ \t\r\n]+$/;
const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/**
 * Lays out a JSON text with two spaces a level, from its tokens: numbers of any length, duplicate keys and the spelling
 * of every string survive to the letter, and no object is ever built.
 *
 * @returns undefined where the text is not exactly one JSON value (RFC 8259: no comments, no trailing commas), is larger
 * than {@link layoutLimit} or nested deeper than 500 levels.
 */
export function layoutJson(text: string): string | undefined {
  if (text.length > layoutLimit) return undefined;
  // Not told to skip trivia, since comments are trivia to it.
  const scanner = createScanner(text, false);
  const layout = new Layout();
  for (;;) {
    scanner.scan();
    if (scanner.getTokenLength() === 0) return layout.finish();
    const start = scanner.getTokenOffset();
    if (scanner.getTokenError() !== 0) return undefined;
    const token = text.slice(start, start + scanner.getTokenLength());
    if (!blank.test(token) && !layout.add(token)) return undefined;
  }
}

class Layout {
  private readonly open: string[] = [];
  private readonly lines: string[] = [];
  private line = '';
  private expected: Expected = 'value';

  /** Takes the next token; false where JSON has no such token at this place. */
  add(token: string): boolean {
    switch (token[0]) {
      case '{':
        return this.addOpening(token, 'firstKey');
      case '[':
        return this.addOpening(token, 'firstValue');
      case '}':
        return this.addClosing(token, '{', 'firstKey');
      case ']':
        return this.addClosing(token, '[', 'firstValue');
      case ',':
        return this.addComma(token);
      case ':':
        if (this.expected !== 'colon') return false;
        this.line += ': ';
        this.expected = 'value';
        return true;
      case '"':
        return this.expected === 'key' || this.expected === 'firstKey'
          ? this.addKey(token)
          : this.addValue(token);
      default:
        return scalar.test(token) && this.addValue(token);
    }
  }

  finish(): string | undefined {
    return this.expected === 'nothing' ? [...this.lines, this.line].join('\n') : undefined;
  }

  private addValue(token: string): boolean {
    if (!this.beginValue(token)) return false;
    this.endValue();
    return true;
  }

  private addOpening(token: string, expected: Expected): boolean {
    if (this.open.length >= depthLimit || !this.beginValue(token)) return false;
    this.open.push(token);
    this.expected = expected;
    return true;
  }

  private addClosing(token: string, opening: string, whenEmpty: Expected): boolean {
    if (this.open.at(-1) !== opening) return false;
    if (this.expected !== 'commaOrEnd' && this.expected !== whenEmpty) return false;
    this.open.pop();
    if (this.expected === 'commaOrEnd') this.breakLine();
    this.line += token;
    this.endValue();
    return true;
  }

  private addComma(token: string): boolean {
    if (this.expected !== 'commaOrEnd') return false;
    this.line += token;
    this.breakLine();
    this.expected = this.open.at(-1) === '{' ? 'key' : 'value';
    return true;
  }

  private addKey(token: string): boolean {
    if (this.expected === 'firstKey') this.breakLine();
    this.line += token;
    this.expected = 'colon';
    return true;
  }

  private beginValue(token: string): boolean {
    if (this.expected !== 'value' && this.expected !== 'firstValue') return false;
    if (this.expected === 'firstValue') this.breakLine();
    this.line += token;
    return true;
  }

  private endValue(): void {
    this.expected = this.open.length === 0 ? 'nothing' : 'commaOrEnd';
  }

  private breakLine(): void {
    this.lines.push(this.line);
    this.line = '  '.repeat(this.open.length);
  }
}
