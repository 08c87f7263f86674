import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { OpenConnection } from './core/connection';
import { createApi, type RedisMessagingApi } from './host/api';
import { CommandTitles, registerCommands } from './host/commandRunner';
import { ConnectionSecrets } from './host/connectionSecrets';
import { ConnectionSigns } from './host/connectionSigns';
import { Connections } from './host/connections';
import { createPopJournal } from './host/createPopJournal';
import { ConnectionModels } from './host/explorer/connectionModels';
import { ExplorerView } from './host/explorer/explorerView';
import { showWorkerQueues } from './host/explorer/workerQueues';
import { LocalServerOnDemand } from './host/localServer/localServerOnDemand';
import { Log } from './host/log';
import { MessageDocuments } from './host/messageDocuments';
import { createPanels } from './host/panels/createPanels';
import { queueDirection } from './host/queueDirections';
import { WorkersOnDemand } from './host/workers/workersOnDemand';
import { WorkerTasks } from './host/workers/workerTasks';

const texts = vscode.l10n.bundle ?? {};

/** The Redis client is a bundle of its own and comes with the first connection. */
async function loadRedis(): Promise<OpenConnection> {
  const redis = await import('./redis/openConnection');
  redis.useTexts(texts);
  return redis.openConnection;
}

/** What only an act of the user needs is a bundle of its own, too. */
async function loadOnDemand(): Promise<typeof import('./host/onDemand')> {
  const onDemand = await import('./host/onDemand');
  onDemand.useTexts(texts);
  return onDemand;
}

/** Composition root: makes each part once and hands it what it needs. Opens no socket and starts no thread. */
export function activate(context: vscode.ExtensionContext): RedisMessagingApi {
  l10n.config({ contents: texts });
  const log = new Log();
  const documents = new MessageDocuments(async (payload) => (await loadOnDemand()).layoutPayload(payload));
  const journal = createPopJournal(context, log);
  const connections = new Connections(loadRedis, new ConnectionSecrets(context.secrets), log);
  const panels = createPanels(context, connections, documents, log, texts, async (options) =>
    (await loadOnDemand()).panelFactory(options),
  );
  const models = new ConnectionModels(
    connections,
    { now: () => performance.now(), direction: queueDirection, onChange: () => explorer.changed() },
    (connection) => panels.patterns(connection),
  );
  const explorer: ExplorerView = new ExplorerView(connections, models, log);
  const workers = new WorkersOnDemand(context, async (storage, view) =>
    (await loadOnDemand()).createWorkers(context, connections, log, storage, view),
  );
  void workers.resume().catch((error) => log.error('workers', error));
  const localServer = new LocalServerOnDemand(context, async (folder) =>
    (await loadOnDemand()).createLocalServer(context, connections, log, folder),
  );
  void localServer.resume().catch((error) => log.error('local Redis', error));
  const signs = new ConnectionSigns(connections, panels, log);
  const shown = { explorer, panels, documents, signs, log };
  const parts = { connections, models, localServer, journal, ...shown };
  let handlers: ReturnType<typeof import('./host/onDemand').commandHandlers> | undefined;
  const loadHandlers = async () =>
    (handlers ??= (await loadOnDemand()).commandHandlers({ ...parts, workers: await workers.get() }));
  context.subscriptions.push(
    ...registerCommands(log, new CommandTitles(context.extension.packageJSON), loadHandlers),
    panels.onDidChange(() => explorer.changed()),
    workers.onDidChange(() => showWorkerQueues(workers.groups, connections, explorer)),
    new WorkerTasks(async () => (await loadOnDemand()).tasks),
    signs,
    workers,
    localServer,
    explorer,
    connections,
    documents,
    log,
  );
  return createApi({ ...parts, workers });
}
