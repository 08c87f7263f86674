import * as vscode from 'vscode';
import { type ConnectionProfile, readTls } from '../../core/connectionProfile';
import { type ParsedConnectionUrl, parseConnectionUrl } from '../../core/connectionUrl';
import { displayText } from '../../core/displayText';
import { type Failure, isFailure } from '../../core/failure';
import { serverInfo } from '../../core/serverInfo';
import { askPassword, askText, cancelled } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler, Invocation } from '../commandRunner';
import { targetConnection } from '../commandTarget';
import { sameServer } from '../connectionSecrets';
import type { Services } from '../services';

/** `{url, name?, readOnly?, production?, tls?}` → `{id}`. Interactively asks for the URL, tests it, then asks for a name. */
export function connectionAdd(services: Services): CommandHandler {
  return async (invocation) => {
    const title = vscode.l10n.t('Add Connection');
    const parsed = invocation.interactive
      ? await askTested(services, title, 'redis://127.0.0.1:6379/0', undefined)
      : givenUrl(invocation, undefined);
    const name = await askProfileName(invocation, parsed.name);
    return { id: await services.connections.save({ parsed, name, ...givenTraits(invocation, {}) }) };
  };
}

/**
 * *Add Connection* with an address that was found, to be confirmed. Its password goes along unseen, as long as the address
 * stays that of the same server.
 */
export async function addFoundConnection(
  services: Services,
  found: ParsedConnectionUrl,
): Promise<{ id: string }> {
  const kept = async (url: string) => (sameServer(found.url, url) ? found.password : undefined);
  const parsed = await askTested(services, vscode.l10n.t('Add Connection'), found.url, kept);
  const password = parsed.password ?? (await kept(parsed.url));
  const name = await askNameOf(parsed.name);
  const whole = password === undefined ? parsed : { ...parsed, password };
  return { id: await services.connections.save({ parsed: whole, name }) };
}

/** `{connection?, url?, name?, readOnly?, production?, tls?}` → `{id}`. A password that is not typed again is kept only for the same address. */
export function connectionEdit(services: Services): CommandHandler {
  return async (invocation) => {
    const { connections } = services;
    const profile = await targetConnection(connections, invocation);
    const kept = (url: string) => connections.passwordFor(profile.id, url);
    const title = vscode.l10n.t('Edit Connection {0}', displayText(profile.name));
    const parsed = invocation.interactive
      ? await askTested(services, title, profile.url, kept)
      : givenUrl(invocation, profile.url);
    const name = await askProfileName(invocation, profile.name);
    return {
      id: await connections.save({ parsed, name, ...givenTraits(invocation, profile) }, profile.id),
    };
  };
}

function givenUrl({ args }: Invocation, otherwise: string | undefined): ParsedConnectionUrl {
  const url = args.text('url') ?? otherwise;
  if (url === undefined) throw missingArgument('url');
  return parseConnectionUrl(url);
}

/** What an argument object says of a connection besides name and address; what it does not say stays. */
function givenTraits(
  { args }: Invocation,
  before: Pick<ConnectionProfile, 'readOnly' | 'production' | 'tls'>,
): Pick<ConnectionProfile, 'readOnly' | 'production' | 'tls'> {
  const readOnly = args.has('readOnly') ? args.flag('readOnly') : before.readOnly;
  const production = args.has('production') ? args.flag('production') : before.production;
  const tls = args.has('tls') ? readTls(args.record('tls')) : before.tls;
  return {
    ...(readOnly ? { readOnly } : {}),
    ...(production ? { production } : {}),
    ...(tls === undefined ? {} : { tls }),
  };
}

/**
 * Asks for an address until it answers or the user saves it all the same.
 * @param kept gives the saved password that belongs to an address, to test with when none was typed.
 */
async function askTested(
  { connections }: Services,
  title: string,
  suggestion: string,
  kept: ((url: string) => Promise<string | undefined>) | undefined,
): Promise<ParsedConnectionUrl> {
  let parsed = await askUrl(title, suggestion);
  for (;;) {
    const password = parsed.password ?? (await kept?.(parsed.url));
    const endpoint = password === undefined ? parsed.endpoint : { ...parsed.endpoint, password };
    const failure = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Testing {0}…', parsed.name),
      },
      () =>
        connections
          .probe(endpoint, (port) => serverInfo(port, () => performance.now()))
          .then(() => undefined, toKnownFailure),
    );
    if (failure === undefined) return parsed;
    switch (await askAfterFailure(failure)) {
      case 'save':
        return parsed;
      case 'password':
        parsed = { ...parsed, password: await askPassword(title, parsed.name) };
        break;
      case 'address': {
        const typed = await askUrl(title, parsed.url);
        parsed = parsed.password === undefined ? typed : { password: parsed.password, ...typed };
      }
    }
  }
}

function toKnownFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  throw error;
}

type NextStep = 'save' | 'password' | 'address';

async function askAfterFailure(failure: Failure): Promise<NextStep> {
  const mend: vscode.MessageItem & { next: NextStep } =
    failure.code === 'authentication'
      ? { title: vscode.l10n.t('Enter Password…'), next: 'password' }
      : { title: vscode.l10n.t('Edit Address…'), next: 'address' };
  const save: typeof mend = { title: vscode.l10n.t('Save Anyway'), next: 'save' };
  const options = { modal: true, detail: failure.hint };
  const choice = await vscode.window.showWarningMessage(failure.message, options, mend, save);
  if (choice === undefined) throw cancelled();
  return choice.next;
}

async function askUrl(title: string, value: string): Promise<ParsedConnectionUrl> {
  const text = await askText({
    title,
    prompt: vscode.l10n.t('Address of the Redis server. A password in it goes to the secret storage only.'),
    value,
    placeholder: 'redis://user:password@host:6379/0',
    check: parseConnectionUrl,
  });
  return parseConnectionUrl(text);
}

async function askProfileName(invocation: Invocation, suggestion: string): Promise<string> {
  const given = invocation.args.text('name');
  if (given !== undefined || !invocation.interactive) return given?.trim() || suggestion;
  return askNameOf(suggestion);
}

async function askNameOf(suggestion: string): Promise<string> {
  const name = await askText({
    title: vscode.l10n.t('Name of the Connection'),
    prompt: vscode.l10n.t('Shown in the sidebar'),
    value: suggestion,
  });
  return name.trim() || suggestion;
}
