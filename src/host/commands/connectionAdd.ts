import * as vscode from 'vscode';
import { type ParsedConnectionUrl, parseConnectionUrl } from '../../core/connectionUrl';
import { displayText } from '../../core/displayText';
import { isFailure } from '../../core/failure';
import { serverInfo } from '../../core/serverInfo';
import { askText, cancelled } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler, Invocation } from '../commandRunner';
import type { Services } from '../services';

/** `{url, name?}` → `{id}`. Interactively asks for the URL, tests it, then asks for a name. */
export function connectionAdd(services: Services): CommandHandler {
  return async (invocation) => {
    const parsed = await askUrl(invocation, vscode.l10n.t('Add Connection'), undefined);
    if (invocation.interactive) await tryOrSaveAnyway(services, parsed);
    const name = await askProfileName(invocation, parsed.name);
    const id = await services.connections.save(parsed, name);
    return { id };
  };
}

/** `{connection?, url?, name?}` → `{id}`. A password that is not typed again is kept only for the same address. */
export function connectionEdit(services: Services): CommandHandler {
  return async (invocation) => {
    const { connections } = services;
    const { node, args } = invocation;
    const id = node !== undefined && 'connection' in node ? String(node.connection) : args.text('connection');
    const profile = connections.resolve(id);
    invocation.connectionName = displayText(profile.name);
    const parsed = await askUrl(invocation, vscode.l10n.t('Edit Connection'), profile.url);
    if (invocation.interactive && parsed.url !== profile.url) await tryOrSaveAnyway(services, parsed);
    const name = await askProfileName(invocation, profile.name);
    return { id: await connections.save(parsed, name, profile.id) };
  };
}

async function askUrl(
  invocation: Invocation,
  title: string,
  value: string | undefined,
): Promise<ParsedConnectionUrl> {
  const given = invocation.args.text('url') ?? (invocation.interactive ? undefined : value);
  if (given !== undefined) return parseConnectionUrl(given);
  if (!invocation.interactive) throw missingArgument('url');
  const text = await askText({
    title,
    prompt: vscode.l10n.t('Address of the Redis server. A password in it goes to the secret storage only.'),
    value: value ?? 'redis://127.0.0.1:6379/0',
    placeholder: 'redis://user:password@host:6379/0',
    check: parseConnectionUrl,
  });
  return parseConnectionUrl(text);
}

async function askProfileName(invocation: Invocation, suggestion: string): Promise<string> {
  const given = invocation.args.text('name');
  if (given !== undefined || !invocation.interactive) return given?.trim() || suggestion;
  const name = await askText({
    title: vscode.l10n.t('Name of the Connection'),
    prompt: vscode.l10n.t('Shown in the sidebar'),
    value: suggestion,
  });
  return name.trim() || suggestion;
}

/** Tests an address; a failure is told with its cause, and may be saved all the same. */
async function tryOrSaveAnyway({ connections }: Services, parsed: ParsedConnectionUrl): Promise<void> {
  const { password } = parsed;
  const endpoint = password === undefined ? parsed.endpoint : { ...parsed.endpoint, password };
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Testing {0}…', parsed.name) },
      () => connections.probe(endpoint, (port) => serverInfo(port, () => performance.now())),
    );
  } catch (error) {
    if (!isFailure(error)) throw error;
    const save = vscode.l10n.t('Save Anyway');
    const choice = await vscode.window.showWarningMessage(
      error.message,
      { modal: true, detail: error.hint },
      save,
    );
    if (choice !== save) throw cancelled();
  }
}
