import * as l10n from '@vscode/l10n';
import type { templateOptions } from './templateOptions';

/** The name of an option of any built-in program. */
export type OptionName = {
  [Template in keyof typeof templateOptions]: keyof (typeof templateOptions)[Template];
}[keyof typeof templateOptions];

/** What an option of a built-in program does, in a few words, for who sets it. */
export function optionMeaning(name: OptionName): string {
  switch (name) {
    case 'rate':
      return l10n.t('Messages a second');
    case 'count':
      return l10n.t('Messages before it ends; 0: until it is stopped');
    case 'message':
      return l10n.t('The message; {0} are filled in', '{n} {time} {ms} {uuid} {random:1-100}');
    case 'consume':
      return l10n.t('The end of the queue that is consumed');
    case 'delaySeconds':
      return l10n.t('Seconds until a message is due; with them it goes to the sorted set');
    case 'delayed':
      return l10n.t('The sorted set of what is not due yet');
    case 'unit':
      return l10n.t('What the scores of the sorted set count');
    case 'workMs':
      return l10n.t('Simulated work on a message, in ms');
    case 'failureRate':
      return l10n.t('Share of messages whose work fails, from 0 to 1');
    case 'drain':
      return l10n.t('Ends when nothing is left, instead of waiting for more');
    case 'take':
      return l10n.t('Waits for messages, or asks from time to time');
    case 'pollMs':
      return l10n.t('Time between two looks, in ms');
    case 'processing':
      return l10n.t('The list that holds what is being worked on');
    case 'dead':
      return l10n.t('Where what failed too often goes');
    case 'retries':
      return l10n.t('How often a message comes back before it is given up');
    case 'leaseSeconds':
      return l10n.t('A worker that is silent for so many seconds counts as dead');
    case 'jobs':
      return l10n.t('The messages are ids of jobs, whose hashes are kept');
    case 'prefix':
      return l10n.t('The hash of a job is called this and its id');
    case 'doneStatus':
      return l10n.t('The status of a job that is done');
    case 'keep':
      return l10n.t('Keeps the hash of a job that is done, instead of deleting it');
    case 'id':
      return l10n.t('The id of a job; placeholders as in the message');
    case 'crashAt':
      return l10n.t('Kills itself at this step of its loop, to try out what happens');
    case 'crashMessage':
      return l10n.t('…when it comes there for this time');
    case 'field':
      return l10n.t('The field of the entry that holds the message');
    case 'maxLength':
      return l10n.t('Trims the stream to about so many entries; 0: never');
    case 'group':
      return l10n.t('The consumer group');
    case 'consumer':
      return l10n.t('Its name in the group; {worker} is another for each copy', { worker: '{worker}' });
    case 'from':
      return l10n.t('Where a group that does not exist yet begins');
    case 'claimIdleMs':
      return l10n.t('What another consumer left for so many ms is taken over');
  }
}
