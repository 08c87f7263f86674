import * as vscode from 'vscode';
import type { CommandPort } from '../core/commandPort';
import type { ConnectionProfile } from '../core/connectionProfile';
import { displayBytes, displayText } from '../core/displayText';
import { cancelled, Failure } from '../core/failure';
import { toBytes } from '../core/messageValue';
import { requireName } from '../core/queue';
import { askConfirmation, askPick, askProductionName, askText } from './ask';
import { missingArgument } from './commandArguments';
import { type Invocation, invocationLabel } from './commandRunner';
import type { Connections } from './connections';
import { fullCommandId } from './contributed';
import { addressOf } from './explorer/connectionModels';
import { PatientPort, patiently } from './patientPort';
import { plainLabel } from './plainText';
import { setting } from './settings';

/** The connection that a command acts on: its node's, the named one, the only one, else asked for, or first of all added. */
export async function targetConnection(
  connections: Connections,
  invocation: Invocation,
): Promise<ConnectionProfile> {
  const profile = await pickConnection(connections, invocation);
  if (invocation.interactive) connections.choose(profile.id);
  invocation.connectionName = displayText(profile.name);
  return profile;
}

async function pickConnection(
  connections: Connections,
  { args, node, interactive }: Invocation,
): Promise<ConnectionProfile> {
  if (node !== undefined && 'connection' in node && typeof node.connection === 'string') {
    return connections.resolve(node.connection);
  }
  const named = args.text('connection');
  if (interactive && connections.profiles.length === 0) {
    await vscode.commands.executeCommand(fullCommandId('connection.add'));
    if (connections.profiles.length === 0) throw cancelled();
  }
  const { profiles } = connections;
  if (!interactive || named !== undefined || profiles.length < 2) return connections.resolve(named);
  const isReady = ({ id }: ConnectionProfile): boolean => connections.state(id).kind === 'ready';
  const connectedFirst = [...profiles].sort((a, b) => Number(isReady(b)) - Number(isReady(a)));
  return askPick(
    vscode.l10n.t('Which connection?'),
    connectedFirst.map((profile) => ({
      label: plainLabel(displayText(profile.name)),
      description: isReady(profile)
        ? addressOf(profile)
        : `${addressOf(profile)} · ${vscode.l10n.t('not connected')}`,
      value: profile,
    })),
  );
}

/** The connection that a command acts on, open. A person who waits long sees it and can cancel. */
export async function targetPort(
  connections: Connections,
  invocation: Invocation,
  { id }: ConnectionProfile,
  use: 'read' | 'write',
): Promise<CommandPort> {
  const open = (signal?: AbortSignal): Promise<CommandPort> =>
    use === 'write' ? connections.openForWriting(id, signal) : connections.open(id, signal);
  if (!invocation.interactive) return open();
  const label = invocationLabel(invocation);
  return new PatientPort(await patiently(vscode.l10n.t('{0}: connecting', label), open), label);
}

export interface NameQuestion {
  /** Argument field, for calls from code. */
  readonly field: string;
  readonly title: string;
  readonly prompt: string;
  /** Word for the kind of name, as in "the queue name is empty". */
  readonly what: string;
  /** Names to offer. */
  readonly known: readonly Buffer[];
}

/** The queue or channel that a command acts on: its node's name, the argument, else asked for with the known ones on offer. */
export async function targetName(invocation: Invocation, question: NameQuestion): Promise<Buffer> {
  const { args, node, interactive } = invocation;
  if (node !== undefined && 'name' in node && Buffer.isBuffer(node.name)) return node.name;
  const given = args.bytes(question.field);
  if (given !== undefined) {
    requireName(given, question.what);
    return given;
  }
  if (!interactive) throw missingArgument(question.field);
  return askName(question);
}

/** A quick pick that also takes a name which is not in the list. @throws {Failure} `cancelled` */
export async function askName({ title, prompt, what, known }: Omit<NameQuestion, 'field'>): Promise<Buffer> {
  const other = vscode.l10n.t('Another name…');
  if (known.length > 0) {
    const picked = await askPick<Buffer | undefined>(title, [
      ...[...known]
        .sort(Buffer.compare)
        .map((name) => ({ label: plainLabel(displayBytes(name)), value: name })),
      { label: other, value: undefined },
    ]);
    if (picked !== undefined) return picked;
  }
  return toBytes(await askText({ title, prompt, check: (text) => requireName(Buffer.from(text), what) }));
}

/** The messages of a push or publish: `message`, `messages`, else one asked for. Never empty from a dialog's cancel. */
export async function targetMessages(invocation: Invocation, title: string): Promise<Buffer[]> {
  const { args, interactive } = invocation;
  const one = args.bytes('message');
  const many = args.bytesList('messages');
  if (one !== undefined || many !== undefined) return [...(one === undefined ? [] : [one]), ...(many ?? [])];
  if (!interactive) throw missingArgument('message');
  const text = await askText({
    title,
    prompt: vscode.l10n.t('Message, sent exactly as typed'),
    placeholder: '{"id": 1}',
  });
  if (text === '') {
    await askConfirmation(
      vscode.l10n.t('Send an empty message?'),
      vscode.l10n.t('Nothing was typed. Redis takes a message of 0 bytes like any other.'),
      vscode.l10n.t('Send'),
    );
  }
  return [toBytes(text)];
}

/** Asks before a message beyond the limit setting goes out; from code it needs `confirmed: true`. */
export async function confirmSize(invocation: Invocation, messages: readonly Buffer[]): Promise<void> {
  const limit = setting('message.confirmBytes');
  const largest = messages.reduce((most, { length }) => Math.max(most, length), 0);
  if (largest <= limit || invocation.args.flag('confirmed')) return;
  await confirmed(invocation, {
    question: vscode.l10n.t('The message has {0} bytes. Send it anyway?', largest),
    detail: vscode.l10n.t(
      'The setting redisMessaging.message.confirmBytes asks above {0} bytes. Nothing was sent yet.',
      limit,
    ),
    action: vscode.l10n.t('Send'),
  });
}

/** A title that makes it plain where a prompt's answer goes on production. */
export function titleOn({ name, production }: ConnectionProfile, title: string): string {
  return production ? vscode.l10n.t('{0} · PRODUCTION: {1}', title, displayText(name, 60)) : title;
}

/** What is asked before an act. */
export interface Confirmation {
  readonly question: string;
  readonly detail: string;
  /** Word on the button. */
  readonly action: string;
  /** The connection whose data the act destroys or takes away: on production its name has to be typed. */
  readonly destroysOn?: ConnectionProfile;
}

/** Asks before an act that cannot be undone. From code nothing is asked: without `confirmed: true` it is refused. */
export async function confirmed(
  invocation: Invocation,
  { question, detail, action, destroysOn }: Confirmation,
): Promise<void> {
  if (invocation.args.flag('confirmed')) return;
  if (!invocation.interactive) {
    throw new Failure('confirmation', question, {
      hint: vscode.l10n.t('Pass "confirmed": true to go on. Nothing was changed.'),
    });
  }
  if (destroysOn?.production) await askProductionName(destroysOn.name, question, detail);
  else await askConfirmation(question, detail, action);
}
