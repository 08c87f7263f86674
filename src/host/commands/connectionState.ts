import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { parseConnectionUrl } from '../../core/connectionUrl';
import { displayText } from '../../core/displayText';
import { Failure, isFailure } from '../../core/failure';
import { serverInfo } from '../../core/serverInfo';
import { askPassword } from '../ask';
import { type CommandHandler, type Invocation, invocationLabel } from '../commandRunner';
import { targetConnection } from '../commandTarget';
import { serverWords } from '../connectionLook';
import { patiently } from '../patientPort';
import { plainNotice } from '../plainText';
import type { Services } from '../services';

/** `{connection?}` → `{}`. Connects, or tries again; asks for the password where the server refused the one there is. */
export function connectionConnect(services: Services): CommandHandler {
  return async (invocation) => {
    const profile = await targetConnection(services.connections, invocation);
    try {
      await connectAsking(services, invocation, profile);
    } catch (error) {
      // In the sidebar and in a panel there is a place that says it better than a notification could.
      const saysItself = invocation.node?.kind === 'connection' || invocation.node?.kind === 'notice';
      if (!saysItself || !isFailure(error) || profile.invalid !== undefined) throw error;
    }
    services.explorer.changed();
    return {};
  };
}

/** Connects; interactively it asks, once, for the password where the server refused the one there is. */
export async function connectAsking(
  { connections, signs }: Services,
  invocation: Invocation,
  { id, name }: ConnectionProfile,
): Promise<void> {
  const { interactive } = invocation;
  const open = (signal?: AbortSignal) => connections.open(id, signal);
  const connect = () => (interactive ? patiently(invocationLabel(invocation), open) : open());
  await signs.passwordNotice.whileAsking(id, async () => {
    try {
      await connect();
    } catch (error) {
      if (!interactive || !isFailure(error) || error.code !== 'authentication') throw error;
      await connections.setPassword(id, await askPassword(error.message, displayText(name)));
      await connect();
    }
  });
}

/** `{connection?}` → `{}`. Closes the socket; the connection stays in the sidebar. */
export function connectionDisconnect({ connections }: Services): CommandHandler {
  return async (invocation) => {
    connections.disconnect((await targetConnection(connections, invocation)).id);
    return {};
  };
}

/** `{connection?}` → `{ok, version, mode, role, latencyMs}`. Uses a socket of its own. */
export function connectionTest({ connections }: Services): CommandHandler {
  return async (invocation) => {
    const profile = await targetConnection(connections, invocation);
    const endpoint = await connections.endpoint(profile.id);
    const probe = (signal?: AbortSignal) =>
      connections.probe(endpoint, (port) => serverInfo(port, () => performance.now()), signal);
    const info = await (invocation.interactive ? patiently(invocationLabel(invocation), probe) : probe());
    if (invocation.interactive) {
      const [name, latency] = [displayText(profile.name), info.latencyMs.toFixed(1)];
      const server = serverWords(info);
      const said =
        server === ''
          ? vscode.l10n.t('{0} answers in {1} ms.', name, latency)
          : vscode.l10n.t('{0} answers in {1} ms: {2}.', name, latency, server);
      void vscode.window.showInformationMessage(plainNotice(said));
    }
    return { ok: true, ...info };
  };
}

/** Node of a database that holds keys → `{}`. The connection then points to that database. */
export function connectionOpenDatabase({ connections }: Services): CommandHandler {
  return async (invocation) => {
    const profile = await targetConnection(connections, invocation);
    const { node, args } = invocation;
    const db =
      node !== undefined && 'db' in node && typeof node.db === 'number'
        ? node.db
        : args.count('db', 0, 999_999);
    if (db === undefined) throw new Failure('argument', vscode.l10n.t('No database was named.'));
    const { endpoint } = parseConnectionUrl(profile.url);
    const url =
      endpoint.path === undefined
        ? profile.url.replace(/\/\d+$/, `/${db}`)
        : profile.url.replace(/db=\d+/, `db=${db}`);
    await connections.repoint(profile.id, url);
    if (invocation.interactive) void offerWayBack(connections, profile, db, endpoint.db);
    return {};
  };
}

/** The saved connection changed by a single click, so that one click also undoes it. */
async function offerWayBack(
  connections: Services['connections'],
  { id, name, url }: ConnectionProfile,
  db: number,
  before: number,
): Promise<void> {
  const back = vscode.l10n.t('Back to Database {0}', before);
  const said = vscode.l10n.t('The connection {0} now shows database {1}.', displayText(name), db);
  const choice = await vscode.window.showInformationMessage(plainNotice(said), back);
  if (choice === back) await connections.repoint(id, url);
}
