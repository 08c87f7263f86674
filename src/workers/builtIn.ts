import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { displayText } from '../core/displayText';
import { endpointLabel } from '../core/endpoint';
import { Failure, isFailure } from '../core/failure';
import type { WorkerTemplate } from '../core/workerTemplates';
import type { BuiltInMessage, BuiltInWorkerConfig } from '../protocol/workerLease';
import { openConnection } from '../redis/openConnection';
import type { BuiltInProgram } from './builtInProgram';
import { publishToChannel } from './channelPublisher';
import { subscribeToChannels } from './channelSubscriber';
import { scheduleDelayed } from './delayedScheduler';
import { produceJobs } from './jobProducer';
import { workOnJobs } from './jobWorker';
import { printFailure, printLost, printNote } from './output';
import { workByPriority } from './priorityWorker';
import { produceToQueue } from './queueProducer';
import { workOnQueue } from './queueWorker';
import { RedisLink } from './redisLink';
import { workReliably } from './reliableWorker';
import { stopSignals } from './stopSignals';
import { consumeStream } from './streamConsumer';
import { produceToStream } from './streamProducer';
import { Tally } from './tally';
import { isPending, terminalTakes, written } from './terminalOutput';

const programs: Readonly<Record<WorkerTemplate, BuiltInProgram>> = {
  queueProducer: produceToQueue,
  queueWorker: workOnQueue,
  reliableWorker: workReliably,
  priorityWorker: workByPriority,
  jobProducer: produceJobs,
  jobWorker: workOnJobs,
  delayedScheduler: scheduleDelayed,
  streamProducer: produceToStream,
  streamConsumer: consumeStream,
  channelPublisher: publishToChannel,
  channelSubscriber: subscribeToChannels,
};

const configLimitMs = 10_000;

/**
 * Runs the built-in worker that the launcher configures over IPC.
 * @returns the exit code: 0 when it ended as asked, 1 with the reason on stderr otherwise
 */
export async function runBuiltIn(): Promise<number> {
  const signals = stopSignals();
  const config = await receiveConfig();
  const program = programs[config.template as WorkerTemplate];
  const tally = new Tally();
  const where = displayText(config.connectionName);
  printNote(l10n.t('{0} on {1} ({2})', config.name, where, endpointLabel(config.endpoint)));
  const connections: Connection[] = [];
  const connect = (purpose?: string): RedisLink => {
    const name = purpose === undefined ? config.clientName : `${config.clientName}:${purpose}`;
    const connection = openConnection(config.endpoint, name);
    connections.push(connection);
    return new RedisLink(connection, signals, purpose !== undefined);
  };
  const goesOn = async (): Promise<boolean> => {
    await terminalTakes(signals.stop);
    return !signals.stop.aborted;
  };
  try {
    await program({ config, tally, connect, goesOn, ...signals });
    return 0;
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.code === 'cancelled') return 0;
    printFailure(error);
    return 1;
  } finally {
    tally.awaitLastLines();
    for (const connection of connections) connection.dispose();
    await written(signals.hurry);
    if (isPending()) printLost(l10n.t('The last lines are not shown: the terminal took no more.'));
    tally.finish();
  }
}

function receiveConfig(): Promise<BuiltInWorkerConfig> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new Failure('timeout', 'No configuration came from the launcher.'));
    }, configLimitMs);
    process.on('message', (received) => {
      const message = received as BuiltInMessage;
      if (message.kind !== 'config') return;
      clearTimeout(limit);
      l10n.config({ contents: { ...message.l10n } });
      resolve(message.config);
    });
  });
}
