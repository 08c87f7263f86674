import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import type { ScriptLanguage } from '../../core/scriptTemplates';
import type { ProgramLine } from '../../core/workerProgram';
import { askConfirmation } from '../ask';
import { interpreterOf } from './makeCommand';

const lookLimitMs = 10_000;
const run = promisify(execFile);

/** What a script lacks, and the program that gets it. */
export interface MissingLibrary {
  readonly name: string;
  readonly install: ProgramLine;
}

/**
 * The library that a script of ours lacks with the interpreter that would run it; undefined where it is there.
 * @throws {Failure} `argument` where nothing is known to run it
 */
export async function missingLibrary(
  file: string,
  language: ScriptLanguage,
): Promise<MissingLibrary | undefined> {
  if (language === 'javascript') {
    if (isInstalled(file, 'ioredis')) return undefined;
    const npm = ['npm', 'install', 'ioredis'] as const;
    // npm is a batch file there, which only the shell runs.
    return { name: 'ioredis', install: process.platform === 'win32' ? ['cmd.exe', '/d', '/c', ...npm] : npm };
  }
  const [python, ...before] = await interpreterOf({ file });
  try {
    await run(python, [...before, '-c', 'import redis'], { timeout: lookLimitMs, cwd: dirname(file) });
    return undefined;
  } catch {
    return { name: 'redis-py', install: [python, '-m', 'pip', 'install', 'redis'] };
  }
}

/** The command that installs it, as one would type it. */
export function installLine({ install }: MissingLibrary): string {
  return displayText(install.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' '));
}

/**
 * Installs a library in a terminal, once the user has seen the command and agreed.
 * @returns whether it ended well
 * @throws {Failure} `cancelled`
 */
export async function installLibrary(library: MissingLibrary, folder: string): Promise<boolean> {
  const line = installLine(library);
  await askConfirmation(
    vscode.l10n.t('Install {0}?', library.name),
    vscode.l10n.t('This runs in a terminal, in {0}:\n\n{1}', displayText(folder), line),
    vscode.l10n.t('Install'),
  );
  const [program, ...args] = library.install;
  const execution = new vscode.ProcessExecution(program, [...args], { cwd: folder });
  const name = vscode.l10n.t('Install {0}', library.name);
  const definition = { type: 'process' };
  const task = new vscode.Task(definition, vscode.TaskScope.Workspace, name, 'Redis Messaging', execution);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: false };
  const started = await vscode.tasks.executeTask(task);
  return new Promise((resolve) => {
    const ends = vscode.tasks.onDidEndTask(({ execution: ended }) => {
      if (ended !== started) return;
      for (const each of [ends, codes]) each.dispose();
      resolve(false);
    });
    const codes = vscode.tasks.onDidEndTaskProcess(({ execution: ended, exitCode }) => {
      if (ended !== started) return;
      for (const each of [ends, codes]) each.dispose();
      resolve(exitCode === 0);
    });
  });
}

function isInstalled(file: string, name: string): boolean {
  try {
    createRequire(file).resolve(name);
    return true;
  } catch {
    return false;
  }
}
