import * as vscode from 'vscode';
import { type ConnectionDraft, withEncryption } from '../../core/connectionDraft';
import type { ProfileTls } from '../../core/profileTls';
import { inputStep, pickStep } from '../steps';
import { back, type Step } from '../stepWalk';
import { readPem } from '../tlsFiles';

type DraftStep = Step<ConnectionDraft>;
type Files = 'ca' | 'cert' | 'key';

/**
 * The steps that ask for TLS: whether, and, where the system's authorities do not suffice, the files one after the other.
 * A draft whose `tls` is there, even if it is empty, is one with settings of its own.
 */
export function tlsSteps(): (draft: ConnectionDraft) => readonly DraftStep[] {
  const [ca, cert, key] = [fileStep('ca'), fileStep('cert'), fileStep('key')];
  return ({ tls }) => {
    if (tls === undefined) return [encryption];
    return [encryption, ca, cert, ...(tls.cert === undefined ? [] : [key]), serverName];
  };
}

/** What the draft says of TLS, in few words. */
export function tlsLabel({ endpoint, tls }: ConnectionDraft): string {
  if (endpoint.path !== undefined) return vscode.l10n.t('none on a socket');
  if (endpoint.tls === undefined) return vscode.l10n.t('off');
  if (tls === undefined) return vscode.l10n.t('on, authorities of the system');
  const parts = [
    ...(tls.ca === undefined ? [] : [vscode.l10n.t('own authority')]),
    ...(tls.cert === undefined ? [] : [vscode.l10n.t('client certificate')]),
    ...(tls.servername === undefined ? [] : [vscode.l10n.t('server name {0}', tls.servername)]),
  ];
  return [vscode.l10n.t('on'), ...parts].join(', ');
}

const encryption: DraftStep = async (draft, place) => {
  const now = draft.endpoint.tls === undefined ? 'off' : draft.tls === undefined ? 'system' : 'own';
  const choice = await pickStep<'off' | 'system' | 'own'>(place, {
    placeholder: vscode.l10n.t('Is the connection encrypted (TLS)?'),
    items: [
      {
        label: `$(unlock) ${vscode.l10n.t('No TLS')}`,
        description: vscode.l10n.t('password and data travel as they are'),
        value: 'off',
      },
      {
        label: `$(lock) ${vscode.l10n.t('TLS')}`,
        description: vscode.l10n.t('certificate of an authority that this system trusts'),
        value: 'system',
      },
      {
        label: `$(verified) ${vscode.l10n.t('TLS with Own Certificates…')}`,
        description: vscode.l10n.t('authority, client certificate, server name'),
        value: 'own',
      },
    ],
    active: (value) => value === now,
  });
  if (choice === back) return back;
  return withEncryption(draft, choice !== 'off', choice === 'own' ? (draft.tls ?? {}) : undefined);
};

function fileStep(field: Files): DraftStep {
  return async (draft, place) => {
    const prompt = prompts()[field];
    const text = await inputStep(place, {
      prompt,
      placeholder: `~/redis/${field}.pem`,
      value: draft.tls?.[field] ?? '',
      checkAccepted: async (typed) => {
        if (typed.trim() !== '' || field === 'key') await readPem(field, typed.trim());
      },
      browse: { tooltip: vscode.l10n.t('Choose a File…'), choose: () => chooseFile(prompt) },
    });
    if (text === back) return back;
    return { ...draft, tls: withFile(draft.tls ?? {}, field, text.trim()) };
  };
}

/** A key without its certificate is of no use. */
function withFile(tls: ProfileTls, field: Files, path: string): ProfileTls {
  if (path !== '') return { ...tls, [field]: path };
  const dropped: readonly string[] = field === 'cert' ? ['cert', 'key'] : [field];
  return Object.fromEntries(Object.entries(tls).filter(([name]) => !dropped.includes(name)));
}

function prompts(): Readonly<Record<Files, string>> {
  return {
    ca: vscode.l10n.t('Certificate authority of the server (PEM file); empty for those of the system'),
    cert: vscode.l10n.t('Client certificate (PEM file); empty if the server asks for none'),
    key: vscode.l10n.t('Private key of the client certificate (PEM file)'),
  };
}

const serverName: DraftStep = async (draft, place) => {
  const text = await inputStep(place, {
    prompt: vscode.l10n.t("Name in the server's certificate; empty if it is the host of the address"),
    placeholder: draft.endpoint.host,
    value: draft.tls?.servername ?? '',
  });
  if (text === back) return back;
  const { servername: _, ...tls } = draft.tls ?? {};
  return { ...draft, tls: text.trim() === '' ? tls : { ...tls, servername: text.trim() } };
};

async function chooseFile(title: string): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    canSelectMany: false,
    filters: { PEM: ['pem', 'crt', 'cer', 'key'], [vscode.l10n.t('All Files')]: ['*'] },
  });
  return chosen?.[0]?.fsPath;
}
