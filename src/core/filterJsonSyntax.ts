import * as l10n from '@vscode/l10n';
import { displayText } from './displayText';
import { Failure } from './failure';
import type { JsonComparison, JsonOperator } from './jsonComparison';
import { elementsOf, type JsonStep, readString, skipValue } from './jsonField';

const operators: readonly (readonly [written: string, operator: JsonOperator])[] = [
  ['==', '=='],
  ['!=', '!='],
  ['<=', '<='],
  ['>=', '>='],
  ['=', '=='],
  ['<', '<'],
  ['>', '>'],
  ['in', 'in'],
  ['contains', 'contains'],
];

/**
 * Reads `condition && condition …`, each of them `$.path operator literal`, `$.path`, or one of both after `!`. A path goes
 * on with `.name`, `["name"]`, `[0]` or `[*]`; a literal is JSON, for `in` a list.
 * @throws {Failure} `argument` with what is missing and what stands there
 */
export function parseConditions(text: string): readonly JsonComparison[] {
  const reader = new Reader(text);
  const conditions = [readCondition(reader)];
  while (reader.take('&&') || reader.takeWord('and')) conditions.push(readCondition(reader));
  if (!reader.atEnd) throw reader.failure('&&');
  return conditions;
}

function readCondition(reader: Reader): JsonComparison {
  const negated = reader.take('!');
  if (!reader.take('$')) throw reader.failure('$.');
  const path = readPath(reader);
  const operator = operators.find(([written]) =>
    /\w/.test(written) ? reader.takeWord(written) : reader.take(written),
  )?.[1];
  if (operator === undefined) return { path, operator: 'exists', literals: [], negated };
  const literal = reader.literal(operator === 'in');
  if (literal === undefined) throw reader.failure(operator === 'in' ? '["a", 1]' : '"text"');
  return { path, operator, literals: operator === 'in' ? elementsOf(literal) : [literal], negated };
}

function readPath(reader: Reader): readonly JsonStep[] {
  const path: JsonStep[] = [];
  for (;;) {
    const name = reader.takeMatch(/\.([\p{L}\p{N}_$-]+)/uy);
    if (name !== undefined) {
      path.push({ name });
      continue;
    }
    const inBrackets = reader.takeMatch(/\[\s*("(?:[^"\\]|\\.)*"|\d{1,9}|\*)\s*\]/y);
    if (inBrackets === undefined) break;
    if (inBrackets.startsWith('"')) path.push({ name: readString(inBrackets) ?? '' });
    else path.push({ index: inBrackets === '*' ? undefined : Number(inBrackets) });
  }
  if (path.length === 0) throw reader.failure('.name');
  return path;
}

/** Goes through the text of a filter, over white space by itself. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length;
  }

  take(sign: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  takeWord(word: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(word, this.at) || /\w/.test(this.text[this.at + word.length] ?? ''))
      return false;
    this.at += word.length;
    return true;
  }

  /** The first group of a sticky expression, without going over white space. */
  takeMatch(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.text);
    if (match === null) return undefined;
    this.at = expression.lastIndex;
    return match[1];
  }

  /** One value of JSON, as it stands there; where `list`, nothing but a list. */
  literal(list: boolean): string | undefined {
    this.skipSpace();
    const bytes = Buffer.from(this.text.slice(this.at));
    const end = skipValue(bytes, 0, bytes.length);
    if (end < 0) return undefined;
    const literal = bytes.toString('utf8', 0, end);
    const known = list ? literal.startsWith('[') : /^["[{]|^-?\d|^(?:true|false|null)$/.test(literal);
    if (!known || (literal.startsWith('"') && readString(literal) === undefined)) return undefined;
    this.at += literal.length;
    return literal;
  }

  /** @param expected what could stand here instead */
  failure(expected: string): Failure {
    this.skipSpace();
    const rest = this.text.slice(this.at);
    const message =
      rest === ''
        ? l10n.t('The filter ends where {0} is missing.', expected)
        : l10n.t('The filter has "{0}" where {1} was expected.', displayText(rest, 40), expected);
    return new Failure('argument', message, {
      hint: l10n.t('Write for example {0}.', '$.priority == "high" && $.id > 10'),
    });
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}
