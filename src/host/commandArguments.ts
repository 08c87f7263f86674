import * as vscode from 'vscode';
import { Failure } from '../core/failure';
import { isMessageValue, toBytes } from '../core/messageValue';

/**
 * The argument object of a command called from code, read field by field. Every reader throws a Failure `argument`
 * that names the field when it is there with the wrong type.
 */
export class CommandArguments {
  constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  /** All fields as they were given, for what is described by many. */
  get all(): Readonly<Record<string, unknown>> {
    return this.fields;
  }

  has(field: string): boolean {
    return this.fields[field] !== undefined;
  }

  text(field: string): string | undefined {
    return this.read(field, (value): value is string => typeof value === 'string', vscode.l10n.t('text'));
  }

  flag(field: string): boolean {
    const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
    return this.read(field, isFlag, vscode.l10n.t('true or false')) ?? false;
  }

  /** A whole number from `least` to `most`. */
  count(field: string, least: number, most: number): number | undefined {
    const inRange = (value: unknown): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
    return this.read(field, inRange, vscode.l10n.t('a whole number from {0} to {1}', least, most));
  }

  oneOf<Word extends string>(field: string, words: readonly Word[]): Word | undefined {
    const isWord = (value: unknown): value is Word => words.some((word) => word === value);
    return this.read(field, isWord, words.join(', '));
  }

  /** A name or message: text or `{base64}`, as bytes. */
  bytes(field: string): Buffer | undefined {
    const value = this.read(field, isMessageValue, vscode.l10n.t('text or {0}', '{ base64 }'));
    return value === undefined ? undefined : toBytes(value);
  }

  /** A list of names or messages, as bytes. */
  bytesList(field: string): Buffer[] | undefined {
    const isValues = (value: unknown): value is unknown[] =>
      Array.isArray(value) && value.every(isMessageValue);
    const values = this.read(field, isValues, vscode.l10n.t('a list of text or {0}', '{ base64 }'));
    return values?.filter(isMessageValue).map(toBytes);
  }

  /** A plain object with primitive values. */
  record(field: string): Readonly<Record<string, unknown>> | undefined {
    return this.read(field, isPlainObject, vscode.l10n.t('an object'));
  }

  private read<Type>(
    field: string,
    accepts: (value: unknown) => value is Type,
    expected: string,
  ): Type | undefined {
    const value = this.fields[field];
    if (value === undefined || value === null) return undefined;
    if (accepts(value)) return value;
    throw new Failure('argument', vscode.l10n.t('The argument "{0}" must be {1}.', field, expected));
  }
}

/** Whether a value is an object literal or came through JSON. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The failure for a field that code must pass since it cannot be asked. */
export function missingArgument(field: string): Failure {
  return new Failure('argument', vscode.l10n.t('The argument "{0}" is missing.', field), {
    hint: vscode.l10n.t('Called with an argument object, a command asks nothing: pass all that it needs.'),
  });
}
