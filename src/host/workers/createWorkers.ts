import * as vscode from 'vscode';
import type { WorkerRuntime } from '../../core/workerLaunch';
import type { Connections } from '../connections';
import { contextKeys } from '../contributed';
import type { Log } from '../log';
import { WorkerService } from './workerService';
import type { LoadedWorkers } from './workersOnDemand';
import { WorkersTree } from './workersTree';
import type { WorkersView } from './workersView';

/** The Node on which this extension host runs, and our workers bundle. */
export function createRuntime(context: vscode.ExtensionContext): WorkerRuntime {
  return {
    node: process.execPath,
    script: context.asAbsolutePath('dist/workers.js'),
    electron: process.versions.electron !== undefined,
  };
}

/**
 * The workers of this window, run by the Node on which this extension host runs.
 * @param storage for what is remembered over a reload; it names the workspace, too
 */
export function createWorkers(
  context: vscode.ExtensionContext,
  connections: Connections,
  log: Log,
  storage: vscode.Uri,
  view: WorkersView,
): LoadedWorkers {
  const service = new WorkerService(connections, log, {
    runtime: createRuntime(context),
    workspace: storage.toString(),
    folder: storage.fsPath,
    // VS Code answers this in the window and not in this host, so there is an answer only while there is a window.
    reachWindow: () => showHasWorkers(service),
  });
  let had = false;
  service.onDidChange(() => {
    const has = service.groups.length > 0;
    if (has !== had) void showHasWorkers(service);
    had = has;
  });
  const tree = new WorkersTree(service, connections, view);
  const dispose = (): void => {
    tree.dispose();
    service.dispose();
  };
  return { service, dispose };
}

async function showHasWorkers(service: WorkerService): Promise<void> {
  await vscode.commands.executeCommand('setContext', contextKeys.hasWorkers, service.groups.length > 0);
}
