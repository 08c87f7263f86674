import * as l10n from '@vscode/l10n';
import { type PayloadDocument, payloadDocument } from '../core/payload';
import type { CommandHandler } from './commandRunner';
import { channelPublish } from './commands/channelPublish';
import { channelSubscribe } from './commands/channelSubscribe';
import { connectionAdd } from './commands/connectionAdd';
import { connectionChoose } from './commands/connectionChoose';
import { connectionEdit } from './commands/connectionEdit';
import { connectionFind } from './commands/connectionFind';
import { connectionRemove } from './commands/connectionRemove';
import {
  connectionConnect,
  connectionDisconnect,
  connectionOpenDatabase,
  connectionTest,
} from './commands/connectionState';
import {
  explorerClearFilter,
  explorerCopyName,
  explorerDismiss,
  explorerFilter,
  explorerLoadMore,
  explorerRefresh,
} from './commands/explorerCommands';
import { journalClear, journalShow } from './commands/journal';
import { messageOpen } from './commands/messageOpen';
import { queuePeek } from './commands/queuePeek';
import { queuePop } from './commands/queuePop';
import { queuePush } from './commands/queuePush';
import { serverStart } from './commands/serverStart';
import { serverStop } from './commands/serverStop';
import { terminalRedisCli } from './commands/terminalRedisCli';
import { trafficClear } from './commands/trafficClear';
import { trafficPause } from './commands/trafficPause';
import { tutorialEmailJobs } from './commands/tutorialEmailJobs';
import { tutorialHotQueue } from './commands/tutorialHotQueue';
import { tutorialOrderEvents } from './commands/tutorialOrderEvents';
import { tutorialQueueAgainstPubSub } from './commands/tutorialQueueAgainstPubSub';
import { workerCancelRestart } from './commands/workerCancelRestart';
import { workerDismiss } from './commands/workerDismiss';
import { workerNewScript } from './commands/workerNewScript';
import { workerRestart } from './commands/workerRestart';
import { workerResumeOutput } from './commands/workerResumeOutput';
import { workerRunInCompose } from './commands/workerRunInCompose';
import { workerRunSaved } from './commands/workerRunSaved';
import { workerRunScript } from './commands/workerRunScript';
import { workerSave } from './commands/workerSave';
import { workerScale, workerScaleBy } from './commands/workerScale';
import { workerShowTerminal } from './commands/workerShowTerminal';
import { workerStart } from './commands/workerStart';
import { workerStop } from './commands/workerStop';
import { workerStopAll } from './commands/workerStopAll';
import type { CommandId } from './contributed';
import { LocalServer } from './localServer/localServer';
import { PanelFactory, type PanelFactoryOptions } from './panels/panelFactory';
import type { Services } from './services';
import { createWorkers as makeWorkers } from './workers/createWorkers';
import { savedWorkerTask, savedWorkerTasks } from './workers/savedWorkerTasks';
import type { LoadedWorkers } from './workers/workersOnDemand';

/*
 * Entry of the bundle that comes when the user first acts: nothing in here is needed to show the sidebar, and activation
 * does not read it.
 */

/** How a payload is shown in a read-only editor. */
export function layoutPayload(payload: Uint8Array): PayloadDocument {
  return payloadDocument(payload);
}

/** What makes traffic panels. */
export function panelFactory(options: PanelFactoryOptions): PanelFactory {
  return new PanelFactory(options);
}

/** Gives this bundle the localised texts by their English form. */
export function useTexts(contents: Readonly<Record<string, string>>): void {
  l10n.config({ contents });
}

/** The Redis that this window runs; nothing runs yet. */
export function createLocalServer(...parts: ConstructorParameters<typeof LocalServer>): LocalServer {
  return new LocalServer(...parts);
}

/** The workers of this window; none runs yet. */
export function createWorkers(...parts: Parameters<typeof makeWorkers>): LoadedWorkers {
  return makeWorkers(...parts);
}

/** The saved workers as tasks. */
export const tasks = { all: savedWorkerTasks, one: savedWorkerTask };

/** The handler of every command that package.json contributes; a missing one does not compile. */
export function commandHandlers(services: Services): Readonly<Record<CommandId, CommandHandler>> {
  return {
    'connection.add': connectionAdd(services),
    'connection.find': connectionFind(services),
    'connection.edit': connectionEdit(services),
    'connection.remove': connectionRemove(services),
    'connection.test': connectionTest(services),
    'connection.connect': connectionConnect(services),
    'connection.disconnect': connectionDisconnect(services),
    'connection.choose': connectionChoose(services),
    'connection.openDatabase': connectionOpenDatabase(services),
    'server.start': serverStart(services),
    'server.stop': serverStop(services),
    'explorer.refresh': explorerRefresh(services),
    'explorer.filter': explorerFilter(services),
    'explorer.clearFilter': explorerClearFilter(services),
    'explorer.dismiss': explorerDismiss(services),
    'explorer.copyName': explorerCopyName(),
    'explorer.loadMore': explorerLoadMore(services),
    'queue.push': queuePush(services),
    'queue.peek': queuePeek(services),
    'queue.pop': queuePop(services),
    'channel.publish': channelPublish(services),
    'channel.subscribe': channelSubscribe({
      connections: services.connections,
      panels: services.panels,
      activeChannels: (id) => activeChannels(services, id),
    }),
    'message.open': messageOpen(services),
    'traffic.pause': trafficPause(services.panels),
    'traffic.clear': trafficClear(services.panels),
    'worker.start': workerStart(services),
    'worker.startWithOptions': workerStart(services, { asksOptions: true }),
    'worker.newScript': workerNewScript(services),
    'worker.runScript': workerRunScript(services),
    'worker.runInCompose': workerRunInCompose(services),
    'worker.runSaved': workerRunSaved(services),
    'worker.save': workerSave(services),
    'worker.scale': workerScale(services),
    'worker.scaleUp': workerScaleBy(services, 1),
    'worker.scaleDown': workerScaleBy(services, -1),
    'worker.stop': workerStop(services),
    'worker.stopAll': workerStopAll(services),
    'worker.cancelRestart': workerCancelRestart(services),
    'worker.restart': workerRestart(services),
    'worker.showTerminal': workerShowTerminal(services),
    'worker.resumeOutput': workerResumeOutput(services),
    'worker.dismiss': workerDismiss(services),
    'terminal.redisCli': terminalRedisCli(services),
    'journal.show': journalShow(services),
    'journal.clear': journalClear(services),
    'log.show': async () => services.log.show(),
    'tutorial.queueAgainstPubSub': tutorialQueueAgainstPubSub(services),
    'tutorial.orderEvents': tutorialOrderEvents(services),
    'tutorial.emailJobs': tutorialEmailJobs(services),
    'tutorial.hotQueue': tutorialHotQueue(services),
  };
}

function activeChannels({ connections, models }: Services, id: string): readonly Buffer[] {
  return models.model(connections.resolve(id)).catalog.channels.map(({ name }) => name);
}
