import * as vscode from 'vscode';
import { Failure, failureText, toFailure } from '../core/failure';
import { CommandArguments, isPlainObject } from './commandArguments';
import { type CommandId, commandIds, fullCommandId } from './contributed';
import type { Log } from './log';
import { plainNotice } from './plainText';

/** What the tree views hand to a command: any node has a kind and an id, which no argument object has together. */
export interface InvokedNode {
  readonly kind: string;
  readonly id: string;
}

/**
 * One call of a command. Called from code it has `args` and may ask nothing; from the palette, a menu or a node it is
 * interactive. A handler names the connection it acts on, so that a failure can say it.
 */
export interface Invocation {
  readonly args: CommandArguments;
  readonly node: InvokedNode | undefined;
  /** The file that was clicked in the Explorer or an editor. */
  readonly resource: vscode.Uri | undefined;
  readonly interactive: boolean;
  /** The command's title in the user's language. */
  readonly title: string;
  connectionName: string | undefined;
}

export type CommandHandler = (invocation: Invocation) => Promise<unknown>;

/**
 * Registers our commands. From code a command rejects with a {@link Failure} and never notifies; interactively it
 * notifies and never rejects. Cancelling a dialog is neither.
 *
 * @param load gives the handlers, when the first command is called.
 */
export function registerCommands(
  log: Log,
  titles: CommandTitles,
  load: () => Promise<Readonly<Record<CommandId, CommandHandler>>>,
): vscode.Disposable[] {
  const run = async (id: CommandId, first: unknown): Promise<unknown> => {
    const invocation = invocationOf(first, titles.title(id));
    try {
      return await (await load())[id](invocation);
    } catch (error) {
      const failure = withContext(toFailure(error), invocation);
      if (failure.code !== 'cancelled') log.error(id, failure);
      if (!invocation.interactive) throw failure;
      if (failure.code !== 'cancelled') void notify(failure, log);
      return undefined;
    }
  };
  return commandIds.map((id) =>
    vscode.commands.registerCommand(fullCommandId(id), (first?: unknown) => run(id, first)),
  );
}

/** The localised titles of our commands as VS Code reads them from package.json. */
export class CommandTitles {
  private readonly titles = new Map<string, string>();

  constructor(packageJson: unknown) {
    if (!isPlainObject(packageJson) || !isPlainObject(packageJson.contributes)) return;
    const commands: unknown = packageJson.contributes.commands;
    for (const entry of Array.isArray(commands) ? commands : []) {
      if (isPlainObject(entry) && typeof entry.command === 'string' && typeof entry.title === 'string') {
        this.titles.set(entry.command, entry.title);
      }
    }
  }

  title(id: CommandId): string {
    return (this.titles.get(fullCommandId(id)) ?? id).replace(/…$/, '');
  }
}

function invocationOf(first: unknown, title: string): Invocation {
  const resource = first instanceof vscode.Uri ? first : undefined;
  const base = {
    args: new CommandArguments({}),
    node: undefined,
    resource,
    title,
    connectionName: undefined,
  };
  if (isNode(first)) return { ...base, node: first, interactive: true };
  if (isPlainObject(first)) return { ...base, args: new CommandArguments(first), interactive: false };
  return { ...base, interactive: true };
}

function isNode(value: unknown): value is InvokedNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    'id' in value &&
    typeof value.id === 'string'
  );
}

/** Whose call it is: "local · Pop from Queue". */
export function invocationLabel({ title, connectionName }: Invocation): string {
  return connectionName === undefined ? title : `${connectionName} · ${title}`;
}

/** Puts connection and command before the sentence. */
function withContext(failure: Failure, invocation: Invocation): Failure {
  return new Failure(failure.code, `${invocationLabel(invocation)}: ${failure.message}`, {
    hint: nextStep(failure),
    cause: failure.cause,
  });
}

function nextStep({ code, hint }: Failure): string {
  if (hint !== '') return hint;
  return code === 'argument'
    ? vscode.l10n.t('Nothing was sent.')
    : vscode.l10n.t('The log has the details: run "Redis Messaging: Show Log".');
}

async function notify(failure: Failure, log: Log): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const trust = vscode.l10n.t('Manage Workspace Trust');
  const actions = failure.code === 'untrusted' ? [trust] : [showLog];
  const choice = await vscode.window.showErrorMessage(plainNotice(failureText(failure)), ...actions);
  if (choice === trust) await vscode.commands.executeCommand('workbench.trust.manage');
  if (choice === showLog) log.show();
}
