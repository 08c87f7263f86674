import * as l10n from '@vscode/l10n';
import { Failure } from './failure';
import { MessageTemplate } from './messageTemplate';

/** The value of a worker's option. */
export type OptionValue = string | number | boolean;

export interface NumberOption {
  readonly kind: 'number';
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  readonly default: number;
}

/** Text that is not empty; with `template` one with the placeholders of a {@link MessageTemplate}. */
export interface TextOption {
  readonly kind: 'text';
  readonly maxLength: number;
  readonly template?: boolean;
  readonly default: string;
}

export interface WordOption {
  readonly kind: 'word';
  readonly words: readonly string[];
  readonly default: string;
}

export interface FlagOption {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** What an option may be. */
export type OptionRule = NumberOption | TextOption | WordOption | FlagOption;

/**
 * A given option, or its default where none is given.
 * @throws {Failure} `argument` naming the option and what it may be
 */
export function optionValue(name: string, rule: OptionRule, value: unknown): OptionValue {
  if (value === undefined) return rule.default;
  switch (rule.kind) {
    case 'number':
      if (typeof value === 'number' && value >= rule.least && value <= rule.most) {
        if (!rule.whole || Number.isInteger(value)) return value;
      }
      throw badOption(
        name,
        rule.whole
          ? l10n.t('a whole number from {0} to {1}', rule.least, rule.most)
          : l10n.t('a number from {0} to {1}', rule.least, rule.most),
      );
    case 'text':
      if (typeof value === 'string' && value !== '' && value.length <= rule.maxLength) {
        if (rule.template === true) MessageTemplate.parse(value);
        return value;
      }
      throw badOption(name, l10n.t('text of at most {0} characters', rule.maxLength));
    case 'word':
      if (typeof value === 'string' && rule.words.includes(value)) return value;
      throw badOption(name, l10n.t('one of {0}', rule.words.join(', ')));
    case 'flag':
      if (typeof value === 'boolean') return value;
      throw badOption(name, l10n.t('true or false'));
  }
}

function badOption(name: string, expected: string): Failure {
  return new Failure('argument', l10n.t('The option "{0}" must be {1}.', name, expected));
}
