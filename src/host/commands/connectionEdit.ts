import * as vscode from 'vscode';
import { draftOf } from '../../core/connectionDraft';
import { displayText } from '../../core/displayText';
import type { CommandHandler } from '../commandRunner';
import { targetConnection } from '../commandTarget';
import { type ConnectionFlow, saveDraft } from '../connectionFlow/connectionFlow';
import { editInMenu } from '../connectionFlow/connectionMenu';
import { ConnectionSteps } from '../connectionFlow/connectionSteps';
import { givenConnection } from '../connectionFlow/givenConnection';
import type { Services } from '../services';

/**
 * `{connection?, url?, name?, readOnly?, production?, tls?}` → `{id}`, without a test; what is not said stays, and
 * `tls: null` takes the TLS settings away. A password that is not given again is kept only for the same server.
 */
export function connectionEdit({ connections }: Services): CommandHandler {
  return async (invocation) => {
    const profile = await targetConnection(connections, invocation);
    if (!invocation.interactive) {
      return { id: await connections.save(givenConnection(invocation, profile), profile.id) };
    }
    const title = vscode.l10n.t('Edit Connection {0}', displayText(profile.name, 60));
    const flow: ConnectionFlow = { title, connections, edited: profile };
    const { draft, forgetsPassword } = await editInMenu(flow, new ConnectionSteps(flow), draftOf(profile));
    const id = await saveDraft(flow, draft);
    if (forgetsPassword && draft.password === undefined) await connections.forgetPassword(id);
    return { id };
  };
}
