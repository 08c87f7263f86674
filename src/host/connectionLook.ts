import * as vscode from 'vscode';
import type { ConnectionProfile } from '../core/connectionProfile';
import type { ConnectionState } from '../core/connectionState';
import { displayText } from '../core/displayText';
import type { ServerInfo } from '../core/serverInfo';

/** How a state is drawn: a codicon, its theme colour, and the word that says the same without colour. */
export interface ConnectionLook {
  readonly icon: string;
  readonly color?: string;
  readonly word: string;
}

export function connectionLook(state: ConnectionState, { invalid }: ConnectionProfile): ConnectionLook {
  if (invalid !== undefined) {
    return { icon: 'error', color: 'list.errorForeground', word: vscode.l10n.t('cannot be used') };
  }
  switch (state.kind) {
    case 'idle':
      return { icon: 'circle-outline', word: vscode.l10n.t('not connected') };
    case 'connecting':
      return { icon: 'loading~spin', word: vscode.l10n.t('connecting') };
    case 'ready':
      return { icon: 'circle-filled', color: 'testing.iconPassed', word: vscode.l10n.t('connected') };
    case 'reconnecting':
      return { icon: 'warning', color: 'list.warningForeground', word: vscode.l10n.t('reconnecting') };
    case 'failed':
      return { icon: 'error', color: 'list.errorForeground', word: vscode.l10n.t('failed') };
  }
}

/** What a profile says of itself, in words that stand beside its name. */
export function profileTraits({ production, readOnly }: ConnectionProfile): readonly string[] {
  return [
    ...(production ? [vscode.l10n.t('production')] : []),
    ...(readOnly ? [vscode.l10n.t('read-only')] : []),
  ];
}

/** A state with its cause, what to do, and the time of the next attempt, a line each. */
export function stateLines(state: ConnectionState, profile: ConnectionProfile): readonly string[] {
  const { word } = connectionLook(state, profile);
  const cause = profile.invalid ?? ('cause' in state ? state.cause : undefined);
  return [
    cause === undefined ? word : `${word}: ${displayText(cause.message, 300)}`,
    ...(cause === undefined || cause.hint === '' ? [] : [cause.hint]),
    ...nextTry(state),
  ];
}

/** What a server says that it is: "Redis 7.0.15, standalone, primary". Empty where the user may not run INFO. */
export function serverWords({ version, mode, role }: Pick<ServerInfo, 'version' | 'mode' | 'role'>): string {
  const roles: Readonly<Record<string, string>> = {
    master: vscode.l10n.t('primary'),
    slave: vscode.l10n.t('replica'),
  };
  return [
    version === '' ? '' : vscode.l10n.t('Redis {0}', displayText(version, 30)),
    displayText(mode, 30),
    roles[role] ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** When the next attempt begins, as one line or none. */
export function nextTry(state: ConnectionState): readonly string[] {
  if (state.kind !== 'reconnecting') return [];
  return [vscode.l10n.t('Next try {0}', clockTime(state.nextAttemptAt))];
}

/** A time of day in the user's notation. @param at ms since the epoch. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString(vscode.env.language);
}
