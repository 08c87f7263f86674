import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { CommandHandler } from '../commandRunner';
import { confirmed } from '../commandTarget';
import type { Services } from '../services';

/** → `{path}`. Opens the journal of popped messages, where there is one. */
export function journalShow({ journal }: Services): CommandHandler {
  return async ({ interactive }) => {
    const exists = await stat(journal.path).then(
      () => true,
      () => false,
    );
    if (!exists) {
      if (interactive)
        void vscode.window.showInformationMessage(
          vscode.l10n.t('The pop journal is empty: no message has been popped here yet.'),
        );
      return { path: journal.path };
    }
    // It may be larger than what VS Code hands to extensions (50 MB), as showTextDocument would have it do.
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(journal.path));
    return { path: journal.path };
  };
}

/** `{confirmed}` → `{}`. Deletes the copies of all popped messages. */
export function journalClear({ journal }: Services): CommandHandler {
  return async (invocation) => {
    await confirmed(invocation, {
      question: vscode.l10n.t('Delete the copies of all popped messages?'),
      detail: vscode.l10n.t('Messages whose pop is unconfirmed may exist nowhere else.'),
      action: vscode.l10n.t('Delete'),
    });
    await journal.clear();
    return {};
  };
}
