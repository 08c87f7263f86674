import type { FlagOption, NumberOption, OptionRule, TextOption, WordOption } from './optionRules';

/** Where the reliable worker can crash on demand, in the order of its loop. */
export const crashSteps = [
  /** It has its processing list and has taken nothing. */
  'leased',
  /** A message lies in its processing list, work has not begun. */
  'taken',
  /** Half of the work is done. */
  'working',
  /** The work is done and not confirmed: it will be done twice. */
  'worked',
  /** The message is off the processing list. */
  'confirmed',
  /** The work failed, and the message is back on the queue or on the dead-letter list. */
  'returned',
  /** It has the right to empty the processing list of a dead worker, and has not begun. */
  'recovering',
  /** It has put one message of a dead worker back, and still has that right. */
  'recovered',
] as const;

export type CrashStep = (typeof crashSteps)[number];

function number(least: number, most: number, by: number, whole = true): NumberOption {
  return { kind: 'number', least, most, whole, default: by };
}

function text(by: string): TextOption {
  return { kind: 'text', maxLength: 1_000, default: by };
}

function word(...words: readonly [string, ...string[]]): WordOption {
  return { kind: 'word', words, default: words[0] };
}

function flag(by: boolean): FlagOption {
  return { kind: 'flag', default: by };
}

const dayMs = 86_400_000;

const produce = {
  /** Messages a second. */
  rate: number(0.01, 10_000, 2, false),
  /** How many messages before the program ends; 0 is for ever. */
  count: number(0, 1_000_000_000, 0),
  /** With the placeholders of MessageTemplate. */
  message: { kind: 'text', maxLength: 100_000, template: true, default: '{"order":{n}}' },
} as const satisfies Record<string, OptionRule>;

const work = {
  /** Simulated work on a message, in ms. */
  workMs: number(0, 3_600_000, 300),
  /** The share of messages whose work fails, 0 to 1. */
  failureRate: number(0, 1, 0, false),
  /** Ends when there is nothing left to take. */
  drain: flag(false),
};

/** The end of the queue that is consumed next; producers push at the other. */
const consume = word('tail', 'head');
/** How long to wait before asking an empty queue again, in ms. */
const pollMs = number(10, 60_000, 500);
/** `{queue}` in the name of a further key is the name of the queue. */
const delayed = text('{queue}:delayed');
/** What the scores of the sorted set count since 1970. */
const unit = word('seconds', 'milliseconds');

/** Where messages go that came back too often. */
const dead = text('{queue}:dead');
/** How often a message comes back before it goes there. */
const retries = number(0, 1_000, 3);

const job = {
  /** The hash of a job is called this and its id. */
  prefix: text('job:'),
};

const jobWork = {
  ...job,
  /** The status of a job that is done. */
  doneStatus: text('sent'),
  /** False: the hash of a job that is done is deleted. */
  keep: flag(true),
};

/** The options of each built-in program, in ranges that the programs rely on. */
export const templateOptions = {
  /** With a delay, messages go to the sorted set `delayed` instead. */
  queueProducer: { ...produce, consume, delaySeconds: number(0, 31_536_000, 0, false), delayed, unit },
  queueWorker: { ...work, consume, take: word('blocking', 'polling'), pollMs },
  reliableWorker: {
    ...work,
    consume,
    processing: text('{queue}:processing'),
    dead,
    retries,
    /** A worker that is silent for so long counts as dead. */
    leaseSeconds: number(1, 3_600, 5),
    /** The messages are ids of jobs. */
    jobs: flag(false),
    ...jobWork,
    /** Kills itself (SIGKILL) at this step… */
    crashAt: word('never', ...crashSteps),
    /** …when it comes there for the nth time. */
    crashMessage: number(1, 1_000_000_000, 1),
  },
  priorityWorker: { ...work, consume },
  jobProducer: {
    ...produce,
    consume,
    ...job,
    id: { kind: 'text', maxLength: 1_000, template: true, default: '{uuid}' },
  },
  jobWorker: { ...work, consume, take: word('blocking', 'polling'), pollMs, ...jobWork },
  /** `drain` ends it when nothing is left in the sorted set, due or not. */
  delayedScheduler: { delayed, unit, consume, pollMs, drain: work.drain },
  /** A `maxLength` trims the stream to about so many entries; 0 never does. */
  streamProducer: { ...produce, field: text('message'), maxLength: number(0, 1_000_000_000, 0) },
  streamConsumer: {
    ...work,
    group: text('workers'),
    /** `{worker}` is the name of the worker, which is another for each copy and survives a restart. */
    consumer: text('{worker}'),
    /** Where a group that does not exist yet begins. */
    from: word('start', 'new'),
    /** What a consumer has left for so long goes to another. */
    claimIdleMs: number(100, dayMs, 10_000),
    dead,
    retries,
  },
  channelPublisher: produce,
  channelSubscriber: {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, OptionRule>>>>;
