import { elementsOf, type JsonStep, readString } from './jsonField';

/** `exists` asks only whether there is such a field. */
export type JsonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'contains' | 'exists';

/** One condition on a field. */
export interface JsonComparison {
  readonly path: readonly JsonStep[];
  readonly operator: JsonOperator;
  /** What the field is compared with, as it stands in JSON; several for `in`, none for `exists`. */
  readonly literals: readonly string[];
  /** Holds where no field fits. */
  readonly negated: boolean;
}

/** More digits than any number that is compared exactly. */
const exactDigits = 1_000;

/** Whether a value, given as it stands in JSON, fits a condition. */
export function compareJson(raw: string, { operator, literals }: JsonComparison): boolean {
  const [literal = ''] = literals;
  switch (operator) {
    case 'exists':
      return true;
    case '==':
      return isEqual(raw, literal);
    case '!=':
      return !isEqual(raw, literal);
    case 'in':
      return literals.some((one) => isEqual(raw, one));
    case 'contains':
      return contains(raw, literal);
    default: {
      const order = orderOf(raw, literal);
      if (order === undefined) return false;
      if (order === 0) return operator === '<=' || operator === '>=';
      return order < 0 ? operator.startsWith('<') : operator.startsWith('>');
    }
  }
}

function isEqual(raw: string, literal: string): boolean {
  return raw === literal || orderOf(raw, literal) === 0;
}

/** A text holds another one; a list holds a value. */
function contains(raw: string, literal: string): boolean {
  const wanted = literal.startsWith('"') ? readString(literal) : literal;
  if (wanted === undefined) return false;
  if (raw.startsWith('"')) return readString(raw)?.includes(wanted) ?? false;
  if (!raw.startsWith('[')) return false;
  return elementsOf(raw).some((element) => isEqual(element, literal));
}

/** Less than, equal to or greater than 0 as the first is before, like or after the second; undefined where neither. */
function orderOf(raw: string, literal: string): number | undefined {
  if (raw.startsWith('"') && literal.startsWith('"')) {
    const [one, other] = [readString(raw), readString(literal)];
    if (one === undefined || other === undefined) return undefined;
    return one === other ? 0 : one < other ? -1 : 1;
  }
  if (!isNumber(raw) || !isNumber(literal)) return undefined;
  if (isWhole(raw) && isWhole(literal)) {
    const [one, other] = [BigInt(raw), BigInt(literal)];
    return one === other ? 0 : one < other ? -1 : 1;
  }
  return Number(raw) - Number(literal);
}

function isNumber(raw: string): boolean {
  return /^-?\d/.test(raw) && Number.isFinite(Number(raw));
}

function isWhole(raw: string): boolean {
  return raw.length <= exactDigits && /^-?\d+$/.test(raw);
}
