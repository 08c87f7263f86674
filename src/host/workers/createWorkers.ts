import * as vscode from 'vscode';
import type { WorkerRuntime } from '../../core/workerLaunch';
import type { Connections } from '../connections';
import { contextKeys } from '../contributed';
import type { Log } from '../log';
import { WorkerService } from './workerService';

/** The Node on which this extension host runs, and our workers bundle. */
export function createRuntime(context: vscode.ExtensionContext): WorkerRuntime {
  return {
    node: process.execPath,
    script: context.asAbsolutePath('dist/workers.js'),
    electron: process.versions.electron !== undefined,
  };
}

/** The workers of this window, run by the Node on which this extension host runs. */
export function createWorkers(
  context: vscode.ExtensionContext,
  connections: Connections,
  log: Log,
): WorkerService {
  // Without a folder open there is no storage of the workspace, and windows share the global one.
  const storage = context.storageUri ?? vscode.Uri.joinPath(context.globalStorageUri, 'workers');
  const workers = new WorkerService(connections, log, {
    runtime: createRuntime(context),
    workspace: storage.toString(),
    folder: storage.fsPath,
    // VS Code answers this in the window and not in this host, so there is an answer only while there is a window.
    reachWindow: () => showHasWorkers(workers),
  });
  let had = false;
  workers.onDidChange(() => {
    const has = workers.groups.length > 0;
    if (has !== had) void showHasWorkers(workers);
    had = has;
  });
  return workers;
}

async function showHasWorkers(workers: WorkerService): Promise<void> {
  await vscode.commands.executeCommand('setContext', contextKeys.hasWorkers, workers.groups.length > 0);
}
