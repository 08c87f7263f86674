import * as vscode from 'vscode';
import { addressOfDraft, type ConnectionDraft, typedAddress, withAddress } from '../../core/connectionDraft';
import { displayText } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { freeName } from '../profileEntries';
import { checkStep, inputStep } from '../steps';
import { back, type Step } from '../stepWalk';
import { type ConnectionFlow, savedPassword } from './connectionFlow';
import { tlsSteps } from './tlsSteps';

type DraftStep = Step<ConnectionDraft>;

/** The steps of a flow, made once: a walk knows each by its identity. */
export class ConnectionSteps {
  private readonly tls = tlsSteps();

  constructor(private readonly flow: ConnectionFlow) {}

  /** All steps for a draft, from the address to the name. */
  readonly all = (draft: ConnectionDraft): readonly DraftStep[] => [
    this.address,
    this.user,
    this.password,
    ...this.encryption(draft),
    this.traits,
    this.name,
  ];

  /** TLS alone: whether, and with what. A socket of the file system has none. */
  readonly encryption = (draft: ConnectionDraft): readonly DraftStep[] =>
    draft.endpoint.path === undefined ? this.tls(draft) : [];

  readonly address: DraftStep = async (draft, place) => {
    const isSocket = draft.endpoint.path !== undefined;
    const text = await inputStep(place, {
      prompt: isSocket
        ? vscode.l10n.t('Path of the socket; end it with {0} for another database than 0', '?db=1')
        : vscode.l10n.t('Host, port and database'),
      placeholder: isSocket ? '/run/redis.sock' : 'host:6379/0',
      value: typedAddress(draft),
      check: (typed) => withAddress(draft, typed),
    });
    return text === back ? back : withAddress(draft, text);
  };

  readonly user: DraftStep = async (draft, place) => {
    const text = await inputStep(place, {
      prompt: vscode.l10n.t('User name; leave it empty for the default user'),
      value: draft.endpoint.username ?? '',
    });
    if (text === back) return back;
    const { username: _, ...endpoint } = draft.endpoint;
    return { ...draft, endpoint: text === '' ? endpoint : { ...endpoint, username: text } };
  };

  readonly password: DraftStep = async (draft, place) => {
    const server = displayText(addressOfDraft(draft).name, 60);
    const isSaved = (await savedPassword(this.flow, draft)) !== undefined;
    const text = await inputStep(place, {
      prompt: isSaved
        ? vscode.l10n.t('Password for {0}; leave it empty to keep the saved one', server)
        : vscode.l10n.t(
            'Password for {0}, if it asks for one. It is kept in the secret storage only.',
            server,
          ),
      value: draft.password ?? '',
      password: true,
    });
    if (text === back) return back;
    const { password: _, ...rest } = draft;
    return text === '' ? rest : { ...rest, password: text };
  };

  readonly database: DraftStep = async (draft, place) => {
    const text = await inputStep(place, {
      prompt: vscode.l10n.t('Number of the database'),
      value: String(draft.endpoint.db),
      check: readDatabase,
    });
    return text === back ? back : { ...draft, endpoint: { ...draft.endpoint, db: readDatabase(text) } };
  };

  readonly traits: DraftStep = async (draft, place) => {
    const chosen = await checkStep<'readOnly' | 'production'>(
      place,
      vscode.l10n.t('Select what applies, if anything, and press Enter'),
      [
        {
          label: vscode.l10n.t('Read-only'),
          description: vscode.l10n.t('every write is refused before it leaves the editor'),
          picked: draft.readOnly,
          value: 'readOnly',
        },
        {
          label: vscode.l10n.t('Production'),
          description: vscode.l10n.t('its data matters: destructive commands ask to type its name'),
          picked: draft.production,
          value: 'production',
        },
      ],
    );
    if (chosen === back) return back;
    return { ...draft, readOnly: chosen.includes('readOnly'), production: chosen.includes('production') };
  };

  readonly name: DraftStep = async (draft, place) => {
    const { connections, edited } = this.flow;
    const others = connections.profiles.filter(({ id }) => id !== edited?.id);
    const suggestion = freeName(addressOfDraft(draft).name, others);
    const text = await inputStep(place, {
      prompt: vscode.l10n.t('Name of the connection in the sidebar'),
      value: draft.name ?? suggestion,
      placeholder: suggestion,
      check: (typed) => {
        if (!others.some(({ name }) => name === typed.trim())) return;
        throw new Failure('argument', vscode.l10n.t('Another connection has this name.'));
      },
    });
    if (text === back) return back;
    const { name: _, ...rest } = draft;
    const name = text.trim();
    return name === '' || name === suggestion ? rest : { ...rest, name };
  };
}

function readDatabase(text: string): number {
  if (/^\s*\d{1,6}\s*$/.test(text)) return Number(text);
  throw new Failure('argument', vscode.l10n.t('The database is not a number.'), {
    hint: vscode.l10n.t('Redis numbers its databases from 0; most servers have 16.'),
  });
}
