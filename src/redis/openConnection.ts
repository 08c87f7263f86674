import * as l10n from '@vscode/l10n';
import type { OpenConnection } from '../core/connection';
import { CommandClient } from './commandClient';

/** Entry of the Redis bundle, which the extension loads with its first connection. */
export const openConnection: OpenConnection = (endpoint, clientName) =>
  new CommandClient(endpoint, clientName);

/** Gives this bundle the localised texts by their English form. */
export function useTexts(contents: Readonly<Record<string, string>>): void {
  l10n.config({ contents });
}
