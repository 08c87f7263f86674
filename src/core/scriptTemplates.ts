import * as l10n from '@vscode/l10n';
import type { TargetKind } from './workerTemplates';

/** In the order in which a pick offers them; those of one kind of target follow each other. */
export const scriptPatterns = [
  'queueWorker',
  'decoratedWorker',
  'reliableWorker',
  'priorityWorker',
  'jobWorker',
  'delayedScheduler',
  'hotQueuePut',
  'hotQueueWorker',
  'streamProducer',
  'streamConsumer',
  'publisher',
  'subscriber',
] as const;

/** What a script does that is written into the workspace. */
export type ScriptPattern = (typeof scriptPatterns)[number];

export const scriptLanguages = ['python', 'javascript'] as const;

export type ScriptLanguage = (typeof scriptLanguages)[number];

export interface ScriptDescription {
  /** Id of a codicon. */
  readonly icon: string;
  readonly targetKind: TargetKind;
  /** Name of the template in media/scripts, and of the file by default, by language. */
  readonly files: Readonly<Partial<Record<ScriptLanguage, string>>>;
}

export const scriptDescriptions: Readonly<Record<ScriptPattern, ScriptDescription>> = {
  queueWorker: {
    icon: 'gear',
    targetKind: 'queue',
    files: { python: 'queue_worker.py', javascript: 'queueWorker.mjs' },
  },
  decoratedWorker: { icon: 'mention', targetKind: 'queue', files: { python: 'decorated_worker.py' } },
  reliableWorker: {
    icon: 'shield',
    targetKind: 'queue',
    files: { python: 'reliable_worker.py', javascript: 'reliableWorker.mjs' },
  },
  priorityWorker: {
    icon: 'list-ordered',
    targetKind: 'queue',
    files: { python: 'priority_worker.py', javascript: 'priorityWorker.mjs' },
  },
  jobWorker: {
    icon: 'checklist',
    targetKind: 'queue',
    files: { python: 'job_worker.py', javascript: 'jobWorker.mjs' },
  },
  delayedScheduler: {
    icon: 'watch',
    targetKind: 'queue',
    files: { python: 'delayed_scheduler.py', javascript: 'delayedScheduler.mjs' },
  },
  hotQueuePut: { icon: 'arrow-right', targetKind: 'queue', files: { python: 'hotqueue_put.py' } },
  hotQueueWorker: { icon: 'flame', targetKind: 'queue', files: { python: 'hotqueue_worker.py' } },
  streamProducer: {
    icon: 'arrow-right',
    targetKind: 'stream',
    files: { python: 'stream_producer.py', javascript: 'streamProducer.mjs' },
  },
  streamConsumer: {
    icon: 'organization',
    targetKind: 'stream',
    files: { python: 'stream_consumer.py', javascript: 'streamConsumer.mjs' },
  },
  publisher: {
    icon: 'megaphone',
    targetKind: 'channel',
    files: { python: 'publisher.py', javascript: 'publisher.mjs' },
  },
  subscriber: {
    icon: 'broadcast',
    targetKind: 'channel',
    files: { python: 'subscriber.py', javascript: 'subscriber.mjs' },
  },
};

/** What people call the pattern, as the label of a pick. */
export function patternLabel(pattern: ScriptPattern): string {
  switch (pattern) {
    case 'queueWorker':
      return l10n.t('Queue worker');
    case 'decoratedWorker':
      return l10n.t('Queue worker, decorated function');
    case 'reliableWorker':
      return l10n.t('Reliable worker');
    case 'priorityWorker':
      return l10n.t('Priority worker');
    case 'jobWorker':
      return l10n.t('Job worker');
    case 'delayedScheduler':
      return l10n.t('Delayed scheduler');
    case 'hotQueuePut':
      return l10n.t('HotQueue, put');
    case 'hotQueueWorker':
      return l10n.t('HotQueue, worker');
    case 'streamProducer':
      return l10n.t('Stream producer');
    case 'streamConsumer':
      return l10n.t('Stream consumer');
    case 'publisher':
      return l10n.t('Channel publisher');
    case 'subscriber':
      return l10n.t('Channel subscriber');
  }
}

/** One sentence of what the script does. */
export function patternDetail(pattern: ScriptPattern): string {
  switch (pattern) {
    case 'queueWorker':
      return l10n.t('A loop that takes messages by BRPOP');
    case 'decoratedWorker':
      return l10n.t('@worker("queue") above a function of one message');
    case 'reliableWorker':
      return l10n.t(
        'BLMOVE to a processing list, retries, dead-letter list; loses nothing when it is killed',
      );
    case 'priorityWorker':
      return l10n.t('BRPOP or BLPOP of several queues, always from the first that has a message');
    case 'jobWorker':
      return l10n.t('Takes ids; hash job:<id> with a status from pending to processing to sent or failed');
    case 'delayedScheduler':
      return l10n.t('Moves messages that are due from a sorted set to the queue, in one step');
    case 'hotQueuePut':
      return l10n.t(
        'Puts pickled or JSON messages on the list hotqueue:<name>, as the hotqueue package does',
      );
    case 'hotQueueWorker':
      return l10n.t('@queue.worker above a function, for what HotQueue puts');
    case 'streamProducer':
      return l10n.t('XADD, each entry once; what may have been added is named');
    case 'streamConsumer':
      return l10n.t('Group, XACK, XAUTOCLAIM, retries, dead-letter stream; loses nothing when it is killed');
    case 'publisher':
      return l10n.t('PUBLISH, with the number of receivers; in Python also in the format of redis-toolkit');
    case 'subscriber':
      return l10n.t('SUBSCRIBE or PSUBSCRIBE; in Python also in the format of redis-toolkit');
  }
}

/** With what a script of a language runs, and how to get what it needs. */
export function languageNeeds(language: ScriptLanguage): { readonly name: string; readonly needs: string } {
  switch (language) {
    case 'python':
      return { name: 'Python', needs: l10n.t('Python 3.8 or newer with redis-py') };
    case 'javascript':
      return { name: 'JavaScript', needs: l10n.t('Node 18 or newer with ioredis') };
  }
}
