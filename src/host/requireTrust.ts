import * as vscode from 'vscode';
import { Failure } from '../core/failure';

/**
 * Programs run, and files of the workspace are used, only where the user trusts the workspace.
 * @param sentence what is said otherwise
 * @throws {Failure} `untrusted`
 */
export function requireTrust(sentence = vscode.l10n.t('Workers do not run in Restricted Mode.')): void {
  if (vscode.workspace.isTrusted) return;
  throw new Failure('untrusted', sentence, {
    hint: vscode.l10n.t('Trust this workspace first ("Workspaces: Manage Workspace Trust").'),
  });
}
