import * as vscode from 'vscode';

const scheme = 'redis-messaging-production';

/** What stands for a production connection where VS Code asks for colours. */
export function productionUri(profileId: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${profileId}` });
}

/** Colours the names of production connections; the word beside the name says the same. */
export const productionColour: vscode.FileDecorationProvider = {
  provideFileDecoration: (uri) =>
    uri.scheme === scheme
      ? { color: new vscode.ThemeColor('errorForeground'), tooltip: vscode.l10n.t('production') }
      : undefined,
};
