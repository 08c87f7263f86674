import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { endpointLabel } from '../core/endpoint';
import { Failure, isFailure } from '../core/failure';
import type { WorkerTemplate } from '../core/workerTemplates';
import type { BuiltInMessage, BuiltInWorkerConfig } from '../protocol/workerLease';
import { openConnection } from '../redis/openConnection';
import type { BuiltInProgram, BuiltInRun } from './builtInProgram';
import { publishToChannel } from './channelPublisher';
import { subscribeToChannels } from './channelSubscriber';
import { printFailure, printNote } from './output';
import { produceToQueue } from './queueProducer';
import { workOnQueue } from './queueWorker';
import { RedisLink } from './redisLink';
import { Tally } from './tally';

const programs: Readonly<Record<WorkerTemplate, BuiltInProgram>> = {
  queueProducer: produceToQueue,
  queueWorker: workOnQueue,
  channelPublisher: publishToChannel,
  channelSubscriber: subscribeToChannels,
};

const configLimitMs = 10_000;

/**
 * Runs the built-in worker that the launcher configures over IPC.
 * @returns the exit code: 0 when it ended as asked, 1 with the reason on stderr otherwise
 */
export async function runBuiltIn(): Promise<number> {
  const { stop, hurry } = stopSignals();
  const config = await receiveConfig();
  const program = programs[config.template as WorkerTemplate];
  const tally = new Tally();
  printNote(l10n.t('{0} on {1} ({2})', config.name, config.connectionName, endpointLabel(config.endpoint)));
  const connections: Connection[] = [];
  const connect = (): RedisLink => {
    const connection = openConnection(config.endpoint, config.clientName);
    connections.push(connection);
    return new RedisLink(connection, stop);
  };
  try {
    await program({ config, tally, stop, hurry, connect });
    return 0;
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.code === 'cancelled') return 0;
    printFailure(error);
    return 1;
  } finally {
    tally.finish();
    for (const connection of connections) connection.dispose();
  }
}

function stopSignals(): Pick<BuiltInRun, 'stop' | 'hurry'> {
  const stop = new AbortController();
  const hurry = new AbortController();
  const stopFast = (): void => {
    stop.abort();
    hurry.abort();
  };
  process.on('SIGINT', () => {
    if (hurry.signal.aborted) process.exit(130);
    if (stop.signal.aborted) hurry.abort();
    stop.abort();
  });
  process.on('SIGTERM', stopFast);
  // The launcher is gone, and with it whoever could stop us.
  process.on('disconnect', stopFast);
  process.on('message', (message) => {
    if ((message as BuiltInMessage).kind === 'stop') stop.abort();
  });
  return { stop: stop.signal, hurry: hurry.signal };
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
