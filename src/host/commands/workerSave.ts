import { relative } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import { isAlive, type WorkerGroup } from '../../core/workerGroups';
import { programName, type ScriptProgram } from '../../core/workerProgram';
import { groupLabel } from '../../core/workerWords';
import { askConfirmation, askText } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler } from '../commandRunner';
import { setting } from '../settings';
import { folderOf } from '../workers/definedWorkers';
import type { WorkerServices } from '../workers/workerCommand';
import { chosenGroup } from './workerScale';

/**
 * `{group, name}` → `{name}`. Saves what a group runs in `redisMessaging.workers`: in the workspace's settings where a folder
 * is open, else in the user's. A name that is taken is replaced.
 */
export function workerSave({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    const id = await chosenGroup(workers, invocation, vscode.l10n.t('Save which worker?'));
    const group = workers.group(id);
    const { args, interactive } = invocation;
    const given = args.text('name');
    if (given === undefined && !interactive) throw missingArgument('name');
    const name = given ?? (await askName(group));
    checkName(name);
    if (interactive && Object.hasOwn(setting('workers'), name)) {
      const question = vscode.l10n.t('Replace the saved worker "{0}"?', name);
      await askConfirmation(question, groupLabel(group), vscode.l10n.t('Replace'));
    }
    const configuration = vscode.workspace.getConfiguration('redisMessaging');
    const inWorkspace = (vscode.workspace.workspaceFolders ?? []).length > 0;
    const known = configuration.inspect<Readonly<Record<string, unknown>>>('workers');
    const before = inWorkspace ? known?.workspaceValue : known?.globalValue;
    const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await configuration.update('workers', { ...before, [name]: described(group) }, target);
    return { name };
  };
}

function askName(group: WorkerGroup): Promise<string> {
  return askText({
    title: vscode.l10n.t('Save {0}', groupLabel(group)),
    prompt: vscode.l10n.t('Name under which it can be started again'),
    value: programName(group.program).replace(/\.\w+$/, ''),
    check: checkName,
  });
}

function checkName(name: string): void {
  if (name.trim() === '') throw new Failure('argument', vscode.l10n.t('The name is empty.'));
  if (name === '__proto__') throw new Failure('argument', vscode.l10n.t('That name cannot be used.'));
}

/** A group as the setting writes it: with paths relative to the folder, so that it is good on other machines. */
function described({ program, targets, connection, restarts, workers }: WorkerGroup) {
  const named: Record<string, unknown> = {};
  for (const kind of ['queue', 'stream', 'channel', 'pattern'] as const) {
    const names = targets.filter((target) => target.kind === kind).map((target) => target.name);
    if (names.length > 0) named[kind] = names.length === 1 ? names[0] : names;
  }
  const count = Math.max(1, workers.filter(isAlive).length);
  return {
    ...(program.kind === 'builtIn' ? { template: program.template, options: program.options } : {}),
    ...(program.kind === 'script' ? describedScript(program) : {}),
    ...named,
    connection: connection.name,
    ...(count === 1 ? {} : { count }),
    ...(restarts === 0 ? {} : { restartOnCrash: restarts }),
  };
}

function describedScript({ file, args, cwd, interpreter, compose }: ScriptProgram) {
  const { command: _, ...place } = compose ?? { command: undefined };
  return {
    script: shortPath(file),
    ...(args.length === 0 ? {} : { args }),
    ...(cwd === folderOf(file) ? {} : { cwd: shortPath(cwd) }),
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(compose === undefined ? {} : { compose: { ...place, file: shortPath(compose.file) } }),
  };
}

function shortPath(path: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) return path;
  const below = relative(folder.uri.fsPath, path).replaceAll('\\', '/');
  return below === '' || below.startsWith('../') || /^\w:/.test(below) ? path : below;
}
