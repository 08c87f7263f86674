import * as vscode from 'vscode';
import type { CommandHandler, InvokedNode } from '../commandRunner';
import type { LocalServer, RunningServer, StartRequest } from '../localServer/localServer';
import { plainNotice } from '../plainText';
import { requireTrust } from '../requireTrust';
import type { Services } from '../services';
import { showExplorer } from '../showExplorer';

/**
 * `{port?}` → `{connection, url}` of a local Redis that answers: the one that runs, else a new one. Interactively the sidebar
 * then shows it, connected. From the notice that nothing listens for a connection it is started at that connection's port.
 */
export function serverStart({ connections, explorer, localServer }: Services): CommandHandler {
  return async ({ args, node, interactive }) => {
    requireTrust(vscode.l10n.t('A local Redis is not started in Restricted Mode.'));
    const port = args.count('port', 1, 65_535);
    const server = await localServer.get();
    if (!interactive) {
      const { connection, url } = await server.start({ port });
      return { connection, url };
    }
    const running = await startWithProgress(server, { port, wanted: missedBy(node) });
    const { connection, url } = running;
    connections.choose(connection);
    await showExplorer();
    await connections.open(connection);
    explorer.changed();
    void vscode.window.showInformationMessage(plainNotice(whatRuns(running)));
    return { connection, url };
  };
}

/** The connection whose notice was clicked. */
function missedBy(node: InvokedNode | undefined): string | undefined {
  const isNotice = node?.kind === 'notice' && 'connection' in node && typeof node.connection === 'string';
  return isNotice ? String(node.connection) : undefined;
}

function startWithProgress(server: LocalServer, request: StartRequest): Thenable<RunningServer> {
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
      return await server.start({ ...request, signal: abort.signal, onProgress });
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
