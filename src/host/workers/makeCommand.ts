import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { extensionOf, scriptInterpreter } from '../../core/scriptInterpreter';
import type { GroupDefinition } from '../../core/workerGroups';
import { type WorkerRuntime, workerLaunch } from '../../core/workerLaunch';
import type { ProgramLine, RunnableProgram, ScriptProgram, WorkerProgram } from '../../core/workerProgram';
import type { WorkerCommand } from '../../protocol/workerLease';
import type { Connections } from '../connections';
import { requireTrust } from '../requireTrust';
import { setting } from '../settings';
import { requireWritable } from './definedWorkers';
import { chosenPython } from './pythonInterpreter';

/**
 * What a launcher is to run for a worker. What may change between two starts, as an interpreter, is looked up anew.
 * @throws {Failure} `untrusted`, `readOnly`, `notFound` when the script is gone, and what the connection has to say
 */
export async function makeCommand(
  { id, program, targets, connection }: GroupDefinition,
  number: number,
  connections: Connections,
  runtime: WorkerRuntime,
): Promise<WorkerCommand> {
  requireTrust();
  // It may have become read-only since the worker was started first.
  if (program.kind === 'builtIn') requireWritable(connections.resolve(connection.id), program.template);
  const runnable = await runnableProgram(program);
  const endpoint = await connections.endpoint(connection.id);
  const spec = { program: runnable, group: id, number, targets, connectionName: connection.name, endpoint };
  return workerLaunch(spec, runtime);
}

async function runnableProgram(program: WorkerProgram): Promise<RunnableProgram> {
  if (program.kind !== 'script') return program;
  // In a container, there may be what is not here.
  if (program.compose === undefined) await requireFile(program.file);
  return { ...program, interpreter: program.interpreter ?? (await interpreterOf(program)) };
}

/** What runs a script now. @throws {Failure} `argument` where nothing is known of its type */
export async function interpreterOf({
  file,
  compose,
}: Pick<ScriptProgram, 'file' | 'compose'>): Promise<ProgramLine> {
  const sources = { settings: setting('interpreters'), platform: process.platform };
  // A container has interpreters of its own, where usual: on Linux.
  if (compose !== undefined) return scriptInterpreter(file, { settings: {}, platform: 'linux' });
  const extension = extensionOf(file);
  const python = extension === '.py' ? await chosenPython(vscode.Uri.file(file)) : undefined;
  const tsx = extension === '.ts' || extension === '.mts' ? await findTsx(dirname(file)) : undefined;
  return scriptInterpreter(file, {
    ...sources,
    ...(python === undefined ? {} : { python }),
    ...(tsx === undefined ? {} : { tsx }),
  });
}

/** @throws {Failure} `notFound` */
export async function requireFile(file: string): Promise<void> {
  if (await isFile(file)) return;
  throw new Failure('notFound', vscode.l10n.t('The script {0} is not there.', displayText(file)), {
    hint: vscode.l10n.t('It may have been moved or deleted. Nothing was started.'),
  });
}

/** The tsx that the script's project has installed, looked for as Node does. */
async function findTsx(folder: string): Promise<string | undefined> {
  const candidate = join(folder, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  if (await isFile(candidate)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? undefined : findTsx(parent);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
