import * as l10n from '@vscode/l10n';
import { Failure } from './failure';

export const workerTemplates = [
  'queueProducer',
  'queueWorker',
  'channelPublisher',
  'channelSubscriber',
] as const;

/** A built-in worker program. */
export type WorkerTemplate = (typeof workerTemplates)[number];

/** What a worker is pointed at. */
export type TargetKind = 'queue' | 'channel';

export type OptionValue = string | number | boolean;
export type WorkerOptions = Readonly<Record<string, OptionValue>>;

interface NumberOption {
  readonly kind: 'number';
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  readonly default: number;
}

interface TextOption {
  readonly kind: 'text';
  readonly maxLength: number;
  readonly default: string;
}

interface WordOption {
  readonly kind: 'word';
  readonly words: readonly string[];
  readonly default: string;
}

type OptionRule = NumberOption | TextOption | WordOption;

export interface TemplateDescription {
  readonly targetKind: TargetKind;
  /** Id of a codicon. */
  readonly icon: string;
  /** Sends commands that change data, so a read-only connection refuses it. */
  readonly writes: boolean;
  readonly options: Readonly<Record<string, OptionRule>>;
}

/** Messages a second. */
const rate: NumberOption = { kind: 'number', least: 0.01, most: 10_000, whole: false, default: 2 };
/** How many messages before the program ends; 0 is for ever. */
const count: NumberOption = { kind: 'number', least: 0, most: 1_000_000_000, whole: true, default: 0 };
/** Each `{n}` becomes the message's number. */
const message: TextOption = { kind: 'text', maxLength: 100_000, default: '{"order":{n}}' };
/** The end of the queue that is consumed next; producers push at the other. */
const consume: WordOption = { kind: 'word', words: ['tail', 'head'], default: 'tail' };
/** Simulated work on a message, in ms. */
const workMs: NumberOption = { kind: 'number', least: 0, most: 3_600_000, whole: true, default: 300 };

/** The built-in programs; `options` in ranges that the programs rely on. */
export const templateDescriptions: Readonly<Record<WorkerTemplate, TemplateDescription>> = {
  queueProducer: {
    targetKind: 'queue',
    icon: 'arrow-right',
    writes: true,
    options: { rate, count, message, consume },
  },
  queueWorker: { targetKind: 'queue', icon: 'gear', writes: true, options: { workMs, consume } },
  channelPublisher: {
    targetKind: 'channel',
    icon: 'megaphone',
    writes: true,
    options: { rate, count, message },
  },
  channelSubscriber: { targetKind: 'channel', icon: 'broadcast', writes: false, options: {} },
};

/** What people call the program; begins in lower case, for use inside a sentence. */
export function templateName(template: WorkerTemplate): string {
  switch (template) {
    case 'queueProducer':
      return l10n.t('queue producer');
    case 'queueWorker':
      return l10n.t('queue worker');
    case 'channelPublisher':
      return l10n.t('channel publisher');
    case 'channelSubscriber':
      return l10n.t('channel subscriber');
  }
}

/** One sentence of what the program does, for a pick. */
export function templateDetail(template: WorkerTemplate): string {
  switch (template) {
    case 'queueProducer':
      return l10n.t('Pushes numbered messages at a steady rate');
    case 'queueWorker':
      return l10n.t('Waits for messages and takes each one off the queue');
    case 'channelPublisher':
      return l10n.t('Publishes numbered messages and says how many received each');
    case 'channelSubscriber':
      return l10n.t('Shows what is published on one or more channels or patterns');
  }
}

/**
 * The options of one start with defaults filled in.
 * @throws {Failure} `argument` naming the option that is unknown or out of range.
 */
export function workerOptions(
  template: WorkerTemplate,
  given: Readonly<Record<string, unknown>>,
): WorkerOptions {
  const rules = templateDescriptions[template].options;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(rules, name));
  if (unknown !== undefined) {
    throw new Failure('argument', l10n.t('A {0} has no option "{1}".', templateName(template), unknown), {
      hint: l10n.t('It takes: {0}.', Object.keys(rules).join(', ') || '–'),
    });
  }
  const options: Record<string, OptionValue> = {};
  for (const [name, rule] of Object.entries(rules)) options[name] = optionValue(name, rule, given[name]);
  return options;
}

function optionValue(name: string, rule: OptionRule, value: unknown): OptionValue {
  if (value === undefined) return rule.default;
  switch (rule.kind) {
    case 'number':
      if (typeof value === 'number' && value >= rule.least && value <= rule.most) {
        if (!rule.whole || Number.isInteger(value)) return value;
      }
      throw badOption(name, l10n.t('a number from {0} to {1}', rule.least, rule.most));
    case 'text':
      if (typeof value === 'string' && value !== '' && value.length <= rule.maxLength) return value;
      throw badOption(name, l10n.t('text of at most {0} characters', rule.maxLength));
    case 'word':
      if (typeof value === 'string' && rule.words.includes(value)) return value;
      throw badOption(name, rule.words.join(', '));
  }
}

function badOption(name: string, expected: string): Failure {
  return new Failure('argument', l10n.t('The option "{0}" must be {1}.', name, expected));
}
