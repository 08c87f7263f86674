import * as vscode from 'vscode';
import type { Log } from './log';
import { PopJournalFile } from './popJournalFile';
import { setting } from './settings';

/** The journal of popped messages in the extension's own storage. */
export function createPopJournal(context: vscode.ExtensionContext, log: Log): PopJournalFile {
  return new PopJournalFile(
    vscode.Uri.joinPath(context.globalStorageUri, 'pop-journal.jsonl').fsPath,
    () => setting('journal.maxBytes'),
    (failure) => log.error('pop journal', failure),
  );
}
