import * as vscode from 'vscode';
import { addressOfDraft, type ConnectionDraft, newDraft, withAddress } from '../../core/connectionDraft';
import { displayText } from '../../core/displayText';
import { isFailure } from '../../core/failure';
import type { CommandId } from '../contributed';
import { plainLabel } from '../plainText';
import { type Choice, pickStep } from '../steps';
import type { Back, StepPlace } from '../stepWalk';

/** How to go on from the first question of a new connection. */
export type Start =
  /** All is said: test it and save it. */
  | { readonly kind: 'connect'; readonly draft: ConnectionDraft }
  /** Ask for the rest; without a draft for a server, or a socket, that was not named. */
  | { readonly kind: 'steps'; readonly draft: ConnectionDraft | undefined; readonly socket: boolean }
  /** Another command does it. */
  | { readonly kind: 'command'; readonly command: CommandId };

/** Asks for an address, or for another way to a connection. One pasted address is all that it takes. */
export function askStart(place: StepPlace): Promise<Start | Back> {
  return pickStep<Start>(place, {
    placeholder: vscode.l10n.t('Paste an address (redis://…, rediss://…, a redis-cli line) or type a host'),
    items: (typed) => (typed.trim() === '' ? ways() : typedWays(typed)),
  });
}

function typedWays(typed: string): readonly Choice<Start>[] {
  try {
    const draft = withAddress(newDraft, typed);
    const address = plainLabel(displayText(addressOfDraft(draft).name, 60));
    return [
      {
        label: `$(plug) ${vscode.l10n.t('Connect to {0}', address)}`,
        description: describe(draft),
        value: { kind: 'connect', draft },
      },
      {
        label: `$(list-ordered) ${vscode.l10n.t('With More Details…')}`,
        description: vscode.l10n.t('user, password, TLS, read-only, name'),
        value: { kind: 'steps', draft, socket: draft.endpoint.path !== undefined },
      },
    ];
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [{ label: `$(error) ${plainLabel(error.message)}`, description: plainLabel(error.hint) }];
  }
}

/** What was understood besides the place, so that a slip shows before Enter. */
function describe({ endpoint, password }: ConnectionDraft): string {
  const { username, tls } = endpoint;
  return [
    ...(tls === undefined ? [] : [vscode.l10n.t('TLS')]),
    ...(username === undefined ? [] : [vscode.l10n.t('user {0}', displayText(username, 40))]),
    ...(password === undefined ? [] : [vscode.l10n.t('password to the secret storage')]),
  ].join(' · ');
}

function ways(): readonly Choice<Start>[] {
  const local = addressOfDraft(newDraft).name;
  return [
    {
      label: `$(plug) ${vscode.l10n.t('Connect to {0}', local)}`,
      description: vscode.l10n.t("Redis's own port on this machine"),
      value: { kind: 'connect', draft: newDraft },
    },
    {
      label: `$(server) ${vscode.l10n.t('Host and Port…')}`,
      description: vscode.l10n.t('user, password, TLS, read-only, name'),
      value: { kind: 'steps', draft: undefined, socket: false },
    },
    {
      label: `$(file-symlink-file) ${vscode.l10n.t('Unix Socket…')}`,
      value: { kind: 'steps', draft: undefined, socket: true },
    },
    {
      label: `$(search) ${vscode.l10n.t('Find in This Workspace…')}`,
      description: vscode.l10n.t('.env, compose and devcontainer files'),
      value: { kind: 'command', command: 'connection.find' },
    },
    {
      label: `$(play) ${vscode.l10n.t('Start a Local Redis…')}`,
      description: vscode.l10n.t('it ends with this window'),
      value: { kind: 'command', command: 'server.start' },
    },
  ];
}
