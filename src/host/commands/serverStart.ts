import * as vscode from 'vscode';
import type { CommandHandler } from '../commandRunner';
import { viewIds } from '../contributed';
import type { LocalServer, RunningServer } from '../localServer/localServer';
import { plainNotice } from '../plainText';
import type { Services } from '../services';
import { requireTrust } from '../workers/workerCommand';

/**
 * `{port?}` → `{connection, url}` of a local Redis that answers: the one that runs, else a new one. Interactively the sidebar
 * then shows it, connected.
 */
export function serverStart({ connections, explorer, localServer }: Services): CommandHandler {
  return async ({ args, interactive }) => {
    requireTrust(vscode.l10n.t('A local Redis is not started in Restricted Mode.'));
    const port = args.count('port', 1, 65_535);
    const server = await localServer.get();
    if (!interactive) {
      const { connection, url } = await server.start({ port });
      return { connection, url };
    }
    const running = await startWithProgress(server, port);
    const { connection, url } = running;
    connections.choose(connection);
    await vscode.commands.executeCommand(`${viewIds.explorer}.open`, { preserveFocus: true });
    await connections.open(connection);
    explorer.changed();
    void vscode.window.showInformationMessage(plainNotice(whatRuns(running)));
    return { connection, url };
  };
}

function startWithProgress(server: LocalServer, port: number | undefined): Thenable<RunningServer> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Starting a local Redis'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    const onProgress = (text: string): void => progress.report({ message: plainNotice(text) });
    try {
      return await server.start({ port, signal: abort.signal, onProgress });
    } finally {
      subscription.dispose();
    }
  });
}

function whatRuns({ url, program, persist, already }: RunningServer): string {
  if (already) return vscode.l10n.t('A local Redis runs already at {0} ({1}).', url, program);
  return persist
    ? vscode.l10n.t(
        'A local Redis runs at {0} ({1}). It ends with this window and keeps its data.',
        url,
        program,
      )
    : vscode.l10n.t(
        'A local Redis runs at {0} ({1}). It ends with this window, and its data with it.',
        url,
        program,
      );
}
