import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { cancelled } from '../../core/failure';
import {
  noServerFailure,
  type ServerProgram,
  serverProgram,
  serverPrograms,
  type TriedProgram,
  wrongServerPath,
} from '../../core/localServer';
import { programOf } from '../programOnPath';

/** For docker or podman to list its containers, which shows that there is a daemon or machine behind it. */
const answerLimitMs = 10_000;

/**
 * The program that shall run the server: the configured one, a path or a name; else the first on the PATH that is of use.
 * @throws {Failure} `notFound`, naming all that was tried
 */
export async function findServer(configured: string, signal?: AbortSignal): Promise<ServerProgram> {
  if (configured.trim() !== '') return configuredServer(configured.trim(), signal);
  const tried: TriedProgram[] = [];
  for (const name of serverPrograms) {
    const path = await programOf(name);
    if (path === undefined) {
      tried.push({ name });
      continue;
    }
    const program = serverProgram(path);
    const problem = await problemOf(program, signal);
    if (problem === undefined) return program;
    tried.push({ name, problem });
  }
  throw noServerFailure(tried, process.platform);
}

async function configuredServer(configured: string, signal?: AbortSignal): Promise<ServerProgram> {
  const path = await programOf(configured);
  if (path === undefined) throw wrongServerPath(configured);
  const program = serverProgram(path);
  const problem = await problemOf(program, signal);
  if (problem === undefined) return program;
  throw noServerFailure([{ name: program.name, problem }], process.platform);
}

/** Why a program that is there is of no use; undefined where it is. */
function problemOf({ kind, path }: ServerProgram, signal?: AbortSignal): Promise<string | undefined> {
  if (kind === 'server') return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const options = {
      timeout: answerLimitMs,
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    };
    execFile(path, ['ps', '--quiet'], options, (error, _stdout, stderr) => {
      if (signal?.aborted) reject(cancelled());
      else if (error === null) resolve(undefined);
      else if (error.killed) resolve(vscode.l10n.t('no answer within {0} s', answerLimitMs / 1_000));
      else resolve(stderr.trim().split('\n').pop() || error.message);
    });
  });
}
