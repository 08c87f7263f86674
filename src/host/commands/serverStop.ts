import * as vscode from 'vscode';
import { isFailure } from '../../core/failure';
import type { CommandHandler } from '../commandRunner';
import { confirmed } from '../commandTarget';
import type { LocalServer, RunningServer } from '../localServer/localServer';
import type { Services } from '../services';

/** `{confirmed?}` → `{}` once the local Redis has ended. Asks first where data would be lost with it. */
export function serverStop({ explorer, localServer }: Services): CommandHandler {
  return async (invocation) => {
    const server = await localServer.get();
    const running = await server.running();
    const loss = running.persist ? undefined : await lossOf(server, running);
    if (loss !== undefined) {
      await confirmed(invocation, {
        question: vscode.l10n.t('Stop the local Redis? {0}', loss),
        detail: vscode.l10n.t('It keeps nothing on disk: see the setting redisMessaging.server.persist.'),
        action: vscode.l10n.t('Stop'),
      });
    }
    await server.stop();
    explorer.changed();
    return {};
  };
}

/** What would be lost, in words; undefined where there is nothing. */
async function lossOf(server: LocalServer, running: RunningServer): Promise<string | undefined> {
  try {
    const keys = await server.keys(running);
    if (keys === 0) return undefined;
    return keys === 1
      ? vscode.l10n.t('1 key is lost with it.')
      : vscode.l10n.t('{0} keys are lost with it.', keys.toLocaleString('en'));
  } catch (error) {
    if (!isFailure(error)) throw error;
    return vscode.l10n.t('It does not answer, and what it holds is lost with it.');
  }
}
