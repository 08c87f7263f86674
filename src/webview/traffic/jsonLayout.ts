import { createScanner, type ScanError, type SyntaxKind } from 'jsonc-parser';

/**
 * Lays JSON out from its text: tokens are only moved, never read into values, so that long numbers, duplicate keys,
 * escapes and the order of members stay as they were published.
 */

export type JsonTokenKind = 'key' | 'string' | 'number' | 'word' | 'punctuation';

export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly text: string;
}

export interface JsonLine {
  readonly depth: number;
  readonly tokens: readonly JsonToken[];
}

export interface JsonLimits {
  /** Deepest nesting that is laid out. */
  readonly depth: number;
  readonly tokens: number;
}

interface ScannedToken extends JsonToken {
  /** For an opening bracket: the index of its closing one; else −1. */
  end: number;
  /** For an opening bracket: it holds no other brackets. */
  flat: boolean;
}

// The scanner's own numbers, repeated because its enum is ambient and the compiler may not read its values from there.
const openBrace: SyntaxKind.OpenBraceToken = 1;
const closeBrace: SyntaxKind.CloseBraceToken = 2;
const openBracket: SyntaxKind.OpenBracketToken = 3;
const closeBracket: SyntaxKind.CloseBracketToken = 4;
const comma: SyntaxKind.CommaToken = 5;
const colon: SyntaxKind.ColonToken = 6;
const nullWord: SyntaxKind.NullKeyword = 7;
const trueWord: SyntaxKind.TrueKeyword = 8;
const falseWord: SyntaxKind.FalseKeyword = 9;
const string: SyntaxKind.StringLiteral = 10;
const number: SyntaxKind.NumericLiteral = 11;
const lineBreak: SyntaxKind.LineBreakTrivia = 14;
const blank: SyntaxKind.Trivia = 15;
const endOfText: SyntaxKind.EOF = 17;
const noError: ScanError.None = 0;

const closing: ReadonlyMap<SyntaxKind, SyntaxKind> = new Map<SyntaxKind, SyntaxKind>([
  [openBrace, closeBrace],
  [openBracket, closeBracket],
]);

const values: ReadonlyMap<SyntaxKind, JsonTokenKind> = new Map<SyntaxKind, JsonTokenKind>([
  [string, 'string'],
  [number, 'number'],
  [trueWord, 'word'],
  [falseWord, 'word'],
  [nullWord, 'word'],
]);

/** Brackets with at most so many characters between them, and no brackets inside, stay on one line. */
const oneLineLimit = 72;

/** The lines of a JSON text, or undefined where it is no JSON or beyond the limits. */
export function layOutJson(text: string, limits: JsonLimits): JsonLine[] | undefined {
  const tokens = scanJson(text, limits);
  return tokens === undefined ? undefined : breakIntoLines(tokens);
}

interface OpenBracket {
  readonly index: number;
  readonly close: SyntaxKind;
  readonly isObject: boolean;
}

type Expected = 'value' | 'valueOrClose' | 'key' | 'keyOrClose' | 'colon' | 'commaOrClose' | 'end';

/** The tokens of a strictly valid JSON text; an explicit stack, so that nesting costs no call depth. */
function scanJson(text: string, limits: JsonLimits): ScannedToken[] | undefined {
  const scanner = createScanner(text, false);
  const tokens: ScannedToken[] = [];
  const open: OpenBracket[] = [];
  let expected: Expected = 'value';
  const after = (): Expected => (open.length === 0 ? 'end' : 'commaOrClose');

  for (let kind = scanner.scan(); kind !== endOfText; kind = scanner.scan()) {
    if (kind === blank || kind === lineBreak) continue;
    if (scanner.getTokenError() !== noError || tokens.length >= limits.tokens) return undefined;
    const source = text.substr(scanner.getTokenOffset(), scanner.getTokenLength());
    const top = open.at(-1);
    const add = (as: JsonTokenKind) => tokens.push({ kind: as, text: source, end: -1, flat: false });

    const close = closing.get(kind);
    const value = values.get(kind);
    const closes = expected === 'commaOrClose' || expected === 'valueOrClose' || expected === 'keyOrClose';
    const takesValue = expected === 'value' || expected === 'valueOrClose';
    if (close !== undefined && takesValue) {
      if (open.length >= limits.depth) return undefined;
      const parent = top === undefined ? undefined : tokens[top.index];
      if (parent !== undefined) parent.flat = false;
      const isObject = kind === openBrace;
      open.push({ index: tokens.length, close, isObject });
      tokens.push({ kind: 'punctuation', text: source, end: -1, flat: true });
      expected = isObject ? 'keyOrClose' : 'valueOrClose';
    } else if (top !== undefined && kind === top.close && closes) {
      const opener = tokens[top.index];
      if (opener !== undefined) opener.end = tokens.length;
      add('punctuation');
      open.pop();
      expected = after();
    } else if (value !== undefined && takesValue) {
      add(value);
      expected = after();
    } else if (kind === string && (expected === 'key' || expected === 'keyOrClose')) {
      add('key');
      expected = 'colon';
    } else if (kind === colon && expected === 'colon') {
      add('punctuation');
      expected = 'value';
    } else if (kind === comma && expected === 'commaOrClose') {
      add('punctuation');
      expected = top?.isObject === true ? 'key' : 'value';
    } else {
      return undefined;
    }
  }
  return expected === 'end' ? tokens : undefined;
}

function breakIntoLines(tokens: readonly ScannedToken[]): JsonLine[] {
  const lines: JsonLine[] = [];
  let depth = 0;
  let line: JsonToken[] = [];
  const finish = () => {
    if (line.length > 0) lines.push({ depth, tokens: line });
    line = [];
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.end >= 0) {
      if (token.flat && fitsOneLine(tokens, i, token.end)) {
        line.push(...onOneLine(tokens.slice(i, token.end + 1)));
        i = token.end;
      } else {
        line.push(token);
        finish();
        depth++;
      }
    } else if (token.kind === 'punctuation' && (token.text === '}' || token.text === ']')) {
      finish();
      depth--;
      line.push(token);
    } else if (token.text === ',' && token.kind === 'punctuation') {
      line.push(token);
      finish();
    } else {
      line.push(token.text === ':' && token.kind === 'punctuation' ? { ...token, text: ': ' } : token);
    }
  }
  finish();
  return lines;
}

function fitsOneLine(tokens: readonly ScannedToken[], from: number, to: number): boolean {
  let length = 0;
  for (let i = from; i <= to; i++) {
    length += tokens[i]?.text.length ?? 0;
    if (length > oneLineLimit) return false;
  }
  return true;
}

function onOneLine(tokens: readonly ScannedToken[]): JsonToken[] {
  if (tokens.length === 2) return [...tokens];
  return tokens.map((token, i) => {
    if (token.kind !== 'punctuation') return token;
    if (i === 0 && token.text === '{') return { kind: token.kind, text: '{ ' };
    if (i === tokens.length - 1 && token.text === '}') return { kind: token.kind, text: ' }' };
    return token.text === ':' || token.text === ',' ? { kind: token.kind, text: `${token.text} ` } : token;
  });
}
