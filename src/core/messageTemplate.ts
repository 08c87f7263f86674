import { randomUUID } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { Failure } from './failure';

/** `{n}`, `{time}`, `{ms}`, `{uuid}` and `{random:1-100}`; any other brace is text, so that JSON stands as it is. */
const placeholder = /\{(?:(n|time|ms|uuid)|random:(-?\d+)-(-?\d+))\}/g;
const malformedRandom = /\{random:(?!-?\d+-(?:-?\d+)\})[^}]*\}?/;

interface Value {
  /** Not a number: in JSON it needs quotes. */
  readonly text: boolean;
  make(n: number): string;
}

type Part = string | Value;

/** A message of a numbered series, with placeholders. */
export class MessageTemplate {
  private constructor(private readonly parts: readonly Part[]) {}

  /**
   * Reads a template. In one that is JSON, a text placeholder outside a string gets its quotes: `{"id":{uuid}}`.
   * @throws {Failure} `argument` where `{random:…}` names no range
   */
  static parse(source: string): MessageTemplate {
    if (malformedRandom.test(source)) throw badRange(malformedRandom.exec(source)?.[0] ?? '');
    const parts: Part[] = [];
    let end = 0;
    for (const match of source.matchAll(placeholder)) {
      parts.push(source.slice(end, match.index), value(match));
      end = match.index + match[0].length;
    }
    parts.push(source.slice(end));
    const quoted = withQuotes(parts);
    // A template that is nothing but a placeholder is text.
    const json = /^\s*[[{]/.test(textOf(parts.slice(0, 1), 1)) && isJson(textOf(quoted, 1));
    return new MessageTemplate(json ? quoted : parts);
  }

  /** The message with this number. */
  message(n: number): Buffer {
    return Buffer.from(textOf(this.parts, n));
  }
}

function textOf(parts: readonly Part[], n: number): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.make(n))).join('');
}

function value([whole, name, low, high]: RegExpExecArray): Value {
  switch (name) {
    case 'n':
      return { text: false, make: String };
    case 'ms':
      return { text: false, make: () => String(Date.now()) };
    case 'time':
      return { text: true, make: () => new Date().toISOString() };
    case 'uuid':
      return { text: true, make: () => randomUUID() };
    default: {
      const least = Number(low);
      const most = Number(high);
      if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least > most) throw badRange(whole);
      return {
        text: false,
        make: () => String(least + Math.floor(Math.random() * (most - least + 1))),
      };
    }
  }
}

function withQuotes(parts: readonly Part[]): Part[] {
  let inString = false;
  return parts.map((part) => {
    if (typeof part !== 'string') {
      if (!part.text || inString) return part;
      return { text: true, make: (n) => `"${part.make(n)}"` };
    }
    for (const [token] of part.matchAll(/\\.|"/gs)) if (token === '"') inString = !inString;
    return part;
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function badRange(found: string): Failure {
  return new Failure('argument', l10n.t('The message template has {0}, which is no range.', found), {
    hint: l10n.t('Write it like {0}, the smaller number first.', '{random:1-100}'),
  });
}
