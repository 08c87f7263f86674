/**
 * Every name that package.json and the code share, typed once. A test compares this file with package.json both ways.
 */

export const commandIds = [
  'connection.add',
  'connection.find',
  'connection.edit',
  'connection.remove',
  'connection.test',
  'connection.connect',
  'connection.disconnect',
  'connection.choose',
  'connection.openDatabase',
  'server.start',
  'server.stop',
  'explorer.refresh',
  'explorer.filter',
  'explorer.clearFilter',
  'explorer.dismiss',
  'explorer.copyName',
  'explorer.loadMore',
  'queue.push',
  'queue.peek',
  'queue.pop',
  'channel.publish',
  'channel.subscribe',
  'message.open',
  'traffic.pause',
  'traffic.clear',
  'worker.start',
  'worker.startWithOptions',
  'worker.runScript',
  'worker.newScript',
  'worker.runInCompose',
  'worker.runSaved',
  'worker.save',
  'worker.scale',
  'worker.scaleUp',
  'worker.scaleDown',
  'worker.stopAll',
  'worker.cancelRestart',
  'worker.stop',
  'worker.restart',
  'worker.showTerminal',
  'worker.resumeOutput',
  'worker.dismiss',
  'terminal.redisCli',
  'journal.show',
  'journal.clear',
  'log.show',
  'tutorial.queueAgainstPubSub',
  'tutorial.orderEvents',
  'tutorial.emailJobs',
  'tutorial.hotQueue',
] as const;

/** A command of ours without its prefix. */
export type CommandId = (typeof commandIds)[number];

/** The id under which VS Code knows a command of ours. */
export function fullCommandId(id: CommandId): `redisMessaging.${CommandId}` {
  return `redisMessaging.${id}`;
}

export const viewIds = {
  explorer: 'redisMessaging.explorer',
  workers: 'redisMessaging.workers',
} as const;

export const trafficViewType = 'redisMessaging.traffic';

export const contextKeys = {
  filtered: 'redisMessaging.filtered',
  hasWorkers: 'redisMessaging.hasWorkers',
  /** A local Redis of this window runs. */
  localServer: 'redisMessaging.localServer',
} as const;

/** Values of `viewItem` in `when` clauses. */
export const contextValues = {
  connectionOnline: 'connection.online',
  connectionOffline: 'connection.offline',
  queues: 'queues',
  streams: 'streams',
  channels: 'channels',
  queue: 'queue',
  queueDrained: 'queue.drained',
  stream: 'stream',
  channel: 'channel',
  pattern: 'pattern',
  workerRunning: 'worker.running',
  /** It runs, and waits for its terminal. */
  workerHeld: 'worker.held',
  /** It crashed and will be restarted. */
  workerWaiting: 'worker.waiting',
  workerEnded: 'worker.ended',
  workerGroupRunning: 'workerGroup.running',
  workerGroupEnded: 'workerGroup.ended',
  savedWorker: 'savedWorker',
} as const;

/** Settings below `redisMessaging`, with the type that package.json declares. */
export interface SettingTypes {
  readonly connections: readonly unknown[];
  /** Path or name of a program; empty: looked for. */
  readonly 'server.path': string;
  readonly 'server.persist': boolean;
  readonly 'explorer.delimiter': string;
  readonly 'explorer.refreshSeconds': number;
  readonly 'explorer.scanLimit': number;
  readonly 'queue.consume': 'head' | 'tail';
  readonly 'queue.directions': Readonly<Record<string, 'head' | 'tail'>>;
  readonly 'message.confirmBytes': number;
  readonly 'journal.maxBytes': number;
  readonly 'traffic.ringBytes': number;
  readonly 'traffic.ringMessages': number;
  /** What runs a script, by extension: a program, or a list of it and its first arguments. */
  readonly interpreters: Readonly<Record<string, unknown>>;
  /** Saved workers and compounds by name; see savedWorker. */
  readonly workers: Readonly<Record<string, unknown>>;
  readonly 'worker.leaseSeconds': number;
  readonly 'worker.interruptSeconds': number;
  readonly 'worker.terminateSeconds': number;
  /** After how many crashes in a row a worker is given up. */
  readonly 'worker.restarts': number;
  /** The compose program with its first arguments. */
  readonly 'worker.compose': readonly unknown[];
  /** Path of redis-cli; empty: looked for. */
  readonly 'redisCli.path': string;
}
