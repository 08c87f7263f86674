import * as l10n from '@vscode/l10n';
import { Failure } from './failure';
import { type OptionRule, type OptionValue, optionValue } from './optionRules';
import { templateOptions } from './templateOptions';

export const workerTemplates = [
  'queueProducer',
  'queueWorker',
  'reliableWorker',
  'priorityWorker',
  'jobProducer',
  'jobWorker',
  'delayedScheduler',
  'streamProducer',
  'streamConsumer',
  'channelPublisher',
  'channelSubscriber',
] as const;

/** A built-in worker program. */
export type WorkerTemplate = (typeof workerTemplates)[number];

/** What a worker is pointed at. */
export type TargetKind = 'queue' | 'stream' | 'channel';

export type WorkerOptions = Readonly<Record<string, OptionValue>>;

export interface TemplateDescription {
  readonly targetKind: TargetKind;
  /** It takes more than one target; their order counts. */
  readonly several?: true;
  /** Id of a codicon. */
  readonly icon: string;
  /** Sends commands that change data, so a read-only connection refuses it. */
  readonly writes: boolean;
  readonly options: Readonly<Record<string, OptionRule>>;
}

/** The built-in programs. */
export const templateDescriptions: Readonly<Record<WorkerTemplate, TemplateDescription>> = {
  queueProducer: {
    targetKind: 'queue',
    icon: 'arrow-right',
    writes: true,
    options: templateOptions.queueProducer,
  },
  queueWorker: { targetKind: 'queue', icon: 'gear', writes: true, options: templateOptions.queueWorker },
  reliableWorker: {
    targetKind: 'queue',
    icon: 'shield',
    writes: true,
    options: templateOptions.reliableWorker,
  },
  priorityWorker: {
    targetKind: 'queue',
    several: true,
    icon: 'list-ordered',
    writes: true,
    options: templateOptions.priorityWorker,
  },
  jobProducer: { targetKind: 'queue', icon: 'mail', writes: true, options: templateOptions.jobProducer },
  jobWorker: { targetKind: 'queue', icon: 'checklist', writes: true, options: templateOptions.jobWorker },
  delayedScheduler: {
    targetKind: 'queue',
    icon: 'watch',
    writes: true,
    options: templateOptions.delayedScheduler,
  },
  streamProducer: {
    targetKind: 'stream',
    icon: 'arrow-right',
    writes: true,
    options: templateOptions.streamProducer,
  },
  streamConsumer: {
    targetKind: 'stream',
    icon: 'organization',
    writes: true,
    options: templateOptions.streamConsumer,
  },
  channelPublisher: {
    targetKind: 'channel',
    icon: 'megaphone',
    writes: true,
    options: templateOptions.channelPublisher,
  },
  channelSubscriber: {
    targetKind: 'channel',
    several: true,
    icon: 'broadcast',
    writes: false,
    options: templateOptions.channelSubscriber,
  },
};

/** What people call the program; begins in lower case, for use inside a sentence. */
export function templateName(template: WorkerTemplate): string {
  switch (template) {
    case 'queueProducer':
      return l10n.t('queue producer');
    case 'queueWorker':
      return l10n.t('queue worker');
    case 'reliableWorker':
      return l10n.t('reliable worker');
    case 'priorityWorker':
      return l10n.t('priority worker');
    case 'jobProducer':
      return l10n.t('job producer');
    case 'jobWorker':
      return l10n.t('job worker');
    case 'delayedScheduler':
      return l10n.t('delayed scheduler');
    case 'streamProducer':
      return l10n.t('stream producer');
    case 'streamConsumer':
      return l10n.t('stream consumer');
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
    case 'reliableWorker':
      return l10n.t('Loses no message when it is killed; retries, then dead letters');
    case 'priorityWorker':
      return l10n.t('Takes from several queues, always from the first that has a message');
    case 'jobProducer':
      return l10n.t('Writes a hash for each job and pushes its id');
    case 'jobWorker':
      return l10n.t('Takes ids and moves the status of each job from pending to sent or failed');
    case 'delayedScheduler':
      return l10n.t('Moves messages that are due from a sorted set to the queue');
    case 'streamProducer':
      return l10n.t('Adds numbered entries at a steady rate');
    case 'streamConsumer':
      return l10n.t('Reads in a consumer group, acknowledges, and claims what a dead one left');
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
