import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { displayText } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { toBytes } from '../../core/messageValue';
import type { DefinedCompose, DefinedScript, WorkerDefinition } from '../../core/savedWorker';
import { readProgramLine } from '../../core/scriptInterpreter';
import type { GroupDefinition } from '../../core/workerGroups';
import type { ComposeService, ProgramLine, ScriptProgram, WorkerProgram } from '../../core/workerProgram';
import { programName } from '../../core/workerProgram';
import {
  templateDescriptions,
  templateName,
  type WorkerTemplate,
  workerOptions,
} from '../../core/workerTemplates';
import type { WorkerTarget } from '../../protocol/workerLease';
import type { Connections } from '../connections';
import { queueDirection } from '../queueDirections';
import { setting } from '../settings';
import type { GroupRequest } from './workerService';

/** What is to be started, and the connection that it is about. */
export interface ResolvedWorker extends GroupRequest {
  readonly profile: ConnectionProfile;
}

/**
 * Turns a description into what can be started here: paths made absolute, connection and options known.
 * @throws {Failure} `noConnection`, `argument`, or `readOnly` for a program of ours that writes to a read-only connection
 */
export function resolveWorker(definition: WorkerDefinition, connections: Connections): ResolvedWorker {
  const profile = connections.resolve(definition.connection);
  const { targets, count, restart } = definition;
  const program = resolveProgram(definition, profile);
  const connection = { id: profile.id, name: profile.name };
  const restarts = restart === true ? setting('worker.restarts') : restart;
  return { definition: { program, targets, connection, restarts }, count, profile };
}

/** Whether it is in the hands of the user's own program what happens to a connection that should be spared. */
export function needsConfirmation({ definition, profile }: ResolvedWorker): boolean {
  const writes = writesWith(definition.program);
  return (profile.production === true && writes) || (profile.readOnly === true && writes);
}

/** What is asked before it: the program, and what it may do. */
export function confirmationDetail({ definition, profile }: ResolvedWorker): string {
  const name = programName(definition.program);
  return profile.readOnly
    ? vscode.l10n.t('{0} gets the address and the password, and can write although you do not.', name)
    : vscode.l10n.t('{0} gets the address and the password, and can change the data.', name);
}

function writesWith(program: GroupDefinition['program']): boolean {
  return program.kind === 'builtIn' ? templateDescriptions[program.template].writes : true;
}

function resolveProgram({ what, targets }: WorkerDefinition, profile: ConnectionProfile): WorkerProgram {
  if (what.kind === 'script') return resolveScript(what);
  const { template, options: given } = what;
  const rules = templateDescriptions[template];
  requireWritable(profile, template);
  const [target] = targets;
  if (target === undefined) {
    throw new Failure('argument', vscode.l10n.t('The worker has no target.'), {
      hint: vscode.l10n.t('Name the queue or channel for the worker.'),
    });
  }
  requireFitting(template, targets);
  const directed = Object.hasOwn(rules.options, 'consume');
  const direction = directed ? { consume: queueDirection(toBytes(target.name)).end } : {};
  return { kind: 'builtIn', template, options: workerOptions(template, { ...direction, ...given }) };
}

/** No program of ours writes to a connection that is to be read only. @throws {Failure} `readOnly` */
export function requireWritable(profile: ConnectionProfile, template: WorkerTemplate): void {
  if (profile.readOnly !== true || !templateDescriptions[template].writes) return;
  throw new Failure('readOnly', vscode.l10n.t('The connection is read-only: nothing was started.'), {
    hint: vscode.l10n.t('Edit the connection and switch "read-only" off to allow writes.'),
  });
}

/** A program of ours takes what it is made for. @throws {Failure} `argument` */
export function requireFitting(template: WorkerTemplate, targets: readonly WorkerTarget[]): void {
  const { targetKind, several } = templateDescriptions[template];
  const subscriber = template === 'channelSubscriber';
  const name = templateName(template);
  const stranger = targets.find(({ kind }) => kind !== targetKind && !(subscriber && kind === 'pattern'));
  if (stranger !== undefined) {
    const what =
      stranger.kind === 'pattern'
        ? vscode.l10n.t('A {0} takes no patterns.', name)
        : vscode.l10n.t('A {0} runs on a {1} only.', name, targetKind);
    throw new Failure('argument', what, { hint: vscode.l10n.t('Nothing was started.') });
  }
  if (targets.length === 1 || several === true) return;
  throw new Failure('argument', vscode.l10n.t('A {0} has one target.', name), {
    hint: vscode.l10n.t('Start a worker for each.'),
  });
}

function resolveScript(what: DefinedScript): ScriptProgram {
  const file = absolutePath(what.script);
  const cwd = what.cwd === undefined ? folderOf(file) : absolutePath(what.cwd);
  return {
    kind: 'script',
    file,
    args: what.args,
    cwd,
    ...(what.interpreter === undefined ? {} : { interpreter: what.interpreter }),
    ...(what.compose === undefined ? {} : { compose: resolveCompose(what.compose, file) }),
  };
}

function resolveCompose(given: DefinedCompose, script: string): ComposeService {
  const { service, redisHost, redisPort } = given;
  const file = absolutePath(given.file ?? 'compose.yaml');
  const beside = relative(dirname(file), script).replaceAll('\\', '/');
  return {
    command: composeCommand(),
    file,
    service,
    // The folder of the compose file is what most services mount as their working directory.
    script: given.script ?? (beside.startsWith('../') ? basename(script) : beside),
    ...(redisHost === undefined ? {} : { redisHost }),
    ...(redisPort === undefined ? {} : { redisPort }),
  };
}

function composeCommand(): ProgramLine {
  return readProgramLine(setting('worker.compose')) ?? ['docker', 'compose'];
}

/** A script runs where its project is: in its workspace folder, else in its own. */
export function folderOf(file: string): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  return folder?.uri.scheme === 'file' ? folder.uri.fsPath : dirname(file);
}

/**
 * A path as settings write it: absolute, with `${workspaceFolder}`, or relative to the first workspace folder.
 * @throws {Failure} `argument` where there is no folder to which it could be relative
 */
function absolutePath(path: string): string {
  const expanded = path.replace(/^\$\{workspaceFolder(?::([^}]+))?\}/, (whole, name: string | undefined) => {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const folder = name === undefined ? folders[0] : folders.find((each) => each.name === name);
    return folder?.uri.fsPath ?? whole;
  });
  if (isAbsolute(expanded)) return resolve(expanded);
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (first !== undefined && !expanded.startsWith('${')) return join(first.uri.fsPath, expanded);
  throw new Failure('argument', vscode.l10n.t('It is not known where {0} is.', displayText(path)), {
    hint: vscode.l10n.t('Write an absolute path, or open the folder that it is in.'),
  });
}
