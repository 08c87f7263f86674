import * as vscode from 'vscode';
import { viewIds } from './contributed';

/** Brings the sidebar's tree into view and leaves the focus where it is. VS Code 1.96 has no `….open` for a view. */
export async function showExplorer(): Promise<void> {
  await vscode.commands.executeCommand(`${viewIds.explorer}.focus`, { preserveFocus: true });
}
