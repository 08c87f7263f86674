import * as vscode from 'vscode';
import { addressOfDraft, type ConnectionDraft, nameOfDraft } from '../../core/connectionDraft';
import { displayText } from '../../core/displayText';
import { plainLabel } from '../plainText';
import { type Choice, pickStep } from '../steps';
import { back, StepWalk } from '../stepWalk';
import { type ConnectionFlow, savedPassword, singleStep } from './connectionFlow';
import type { ConnectionSteps } from './connectionSteps';
import { testUntilSaved } from './connectionTest';
import { tlsLabel } from './tlsSteps';

/** What is to be saved, and whether the saved password is to go. */
export interface EditedDraft {
  readonly draft: ConnectionDraft;
  readonly forgetsPassword: boolean;
}

type Entry =
  | 'test'
  | 'save'
  | 'address'
  | 'database'
  | 'user'
  | 'password'
  | 'forget'
  | 'encryption'
  | 'readOnly'
  | 'production'
  | 'name';

interface MenuState extends EditedDraft {
  readonly hasSavedPassword: boolean;
  /** Not so where an environment variable gives it. */
  readonly canForget: boolean;
}

/** Shows every property of a connection with its value; Enter changes one, and nothing is saved before the user says so. */
export async function editInMenu(
  flow: ConnectionFlow,
  steps: ConnectionSteps,
  begin: ConnectionDraft,
): Promise<EditedDraft> {
  let state: EditedDraft = { draft: begin, forgetsPassword: false };
  let last: Entry = 'test';
  for (;;) {
    const hasSavedPassword = (await savedPassword(flow, state.draft)) !== undefined;
    const canForget = hasSavedPassword && flow.edited?.passwordEnv === undefined;
    const entry = await pickStep<Entry>(
      { title: flow.title, canGoBack: false },
      {
        placeholder: vscode.l10n.t('What do you want to change? Nothing is saved before you choose to'),
        items: entries({ ...state, hasSavedPassword, canForget }),
        active: (value) => value === last,
      },
    );
    if (entry === back) continue;
    if (entry === 'save') return state;
    if (entry === 'test') {
      const tested = await testUntilSaved(flow, steps, state.draft);
      if (tested !== back) return { ...state, draft: tested.draft };
      continue;
    }
    last = entry;
    state = await change(flow, steps, state, entry);
  }
}

async function change(
  flow: ConnectionFlow,
  steps: ConnectionSteps,
  state: EditedDraft,
  entry: Exclude<Entry, 'test' | 'save'>,
): Promise<EditedDraft> {
  const { draft } = state;
  switch (entry) {
    case 'forget':
      return { ...state, forgetsPassword: !state.forgetsPassword };
    case 'readOnly':
      return { ...state, draft: { ...draft, readOnly: !draft.readOnly } };
    case 'production':
      return { ...state, draft: { ...draft, production: !draft.production } };
    case 'encryption': {
      const changed = await new StepWalk(flow.title, draft, steps.encryption).run('first');
      return changed === back ? state : { ...state, draft: changed };
    }
    default: {
      const changed = await steps[entry](draft, singleStep(flow));
      return changed === back ? state : { ...state, draft: changed };
    }
  }
}

function entries({
  draft,
  forgetsPassword,
  hasSavedPassword,
  canForget,
}: MenuState): readonly Choice<Entry>[] {
  const { endpoint, readOnly, production } = draft;
  const item = (icon: string, label: string, value: Entry, shown = ''): Choice<Entry> => ({
    label: `$(${icon}) ${label}`,
    description: plainLabel(displayText(shown, 80)),
    value,
  });
  const yesNo = (flag: boolean): string => (flag ? vscode.l10n.t('yes') : vscode.l10n.t('no'));
  const isSocket = endpoint.path !== undefined;
  return [
    item('pass', vscode.l10n.t('Test and Save'), 'test'),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    item(
      'server',
      vscode.l10n.t('Address'),
      'address',
      addressOfDraft({ ...draft, endpoint: { ...endpoint, db: 0 } }).name,
    ),
    item('database', vscode.l10n.t('Database'), 'database', String(endpoint.db)),
    item('account', vscode.l10n.t('User'), 'user', endpoint.username ?? vscode.l10n.t('default user')),
    item(
      'key',
      vscode.l10n.t('Password'),
      'password',
      passwordLabel(draft, hasSavedPassword, forgetsPassword),
    ),
    ...(canForget && draft.password === undefined
      ? [
          item(
            'discard',
            forgetsPassword ? vscode.l10n.t('Keep the Password') : vscode.l10n.t('Forget the Password'),
            'forget',
          ),
        ]
      : []),
    ...(isSocket ? [] : [item('lock', vscode.l10n.t('TLS'), 'encryption', tlsLabel(draft))]),
    item('eye', vscode.l10n.t('Read-only'), 'readOnly', yesNo(readOnly)),
    item('flame', vscode.l10n.t('Production'), 'production', yesNo(production)),
    item('tag', vscode.l10n.t('Name'), 'name', nameOfDraft(draft)),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    item('save', vscode.l10n.t('Save Without a Test'), 'save'),
  ];
}

function passwordLabel({ password }: ConnectionDraft, isSaved: boolean, isForgotten: boolean): string {
  if (password !== undefined) return vscode.l10n.t('typed, not saved yet');
  if (!isSaved) return vscode.l10n.t('not set');
  return isForgotten ? vscode.l10n.t('will be forgotten') : vscode.l10n.t('set');
}
