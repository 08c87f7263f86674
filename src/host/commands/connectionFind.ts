import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { cancelled, Failure } from '../../core/failure';
import type { FindProblem, FindResult, FoundRedis } from '../../core/workspaceRedis/findings';
import type { Surroundings } from '../../core/workspaceRedis/findRedis';
import { askPick } from '../ask';
import type { CommandHandler } from '../commandRunner';
import type { Connections } from '../connections';
import { fullCommandId } from '../contributed';
import { plainLabel, plainNotice } from '../plainText';
import { requireTrust } from '../requireTrust';
import type { Services } from '../services';
import { readWorkspaceFiles } from '../workspaceFiles';
import { addFoundConnection } from './connectionAdd';

/** A Redis that the workspace names, as the command gives it to its callers. */
export interface FoundConnection {
  /** Address without password. */
  readonly url: string;
  /** Files, and what in them; several are separated by `; `. */
  readonly origin: string;
  readonly hasPassword: boolean;
}

const searchLimitMs = 30_000;
/** A search that takes longer shows that it runs. */
const quietMs = 400;

/**
 * `{}` → `{found, problems}`. Reads the addresses of Redis servers from files of the workspace. Interactively it leads
 * from the one that is picked into *Add Connection*; by itself it connects to none.
 */
export function connectionFind(services: Services): CommandHandler {
  return async ({ interactive }) => {
    requireTrust(vscode.l10n.t('In Restricted Mode nothing from the workspace is used.'));
    const { result, looked } = await search(interactive);
    if (!interactive) return { found: result.found.map(toCaller), problems: result.problems };
    if (result.found.length === 0) {
      await tellNothing(looked, result.problems);
      return undefined;
    }
    const picked = await pickFound(services.connections, result);
    const saved = services.connections.profiles.find(({ url }) => url === picked.parsed.url);
    if (saved === undefined) return addFoundConnection(services, picked.parsed);
    void vscode.window.showInformationMessage(
      plainNotice(vscode.l10n.t('It is saved already, as {0}.', displayText(saved.name))),
    );
    return undefined;
  };
}

function toCaller({ parsed, origins }: FoundRedis): FoundConnection {
  return { url: parsed.url, origin: origins.join('; '), hasPassword: parsed.password !== undefined };
}

interface Searched {
  readonly result: FindResult;
  /** Files that were looked at. */
  readonly looked: readonly string[];
}

/** @throws {Failure} `cancelled`, `timeout`. */
async function search(interactive: boolean): Promise<Searched> {
  const source = new vscode.CancellationTokenSource();
  const limit = setTimeout(() => source.cancel(), searchLimitMs);
  let byUser = false;
  try {
    const searching = searchFiles(source.token);
    if (interactive && !(await settlesWithin(searching, quietMs))) {
      await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Looking for Redis in this workspace…'),
          cancellable: true,
        },
        (_progress, token) => {
          token.onCancellationRequested(() => {
            byUser = true;
            source.cancel();
          });
          return searching;
        },
      );
    }
    return await searching;
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) throw error;
    if (byUser) throw cancelled();
    throw new Failure('timeout', vscode.l10n.t('Reading the workspace took longer than 30 seconds.'), {
      hint: vscode.l10n.t('Add the connection by its address instead.'),
      cause: error,
    });
  } finally {
    clearTimeout(limit);
    source.dispose();
  }
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}

async function searchFiles(token: vscode.CancellationToken): Promise<Searched> {
  // Reading YAML is for this command only, so no other waits for it.
  const { findRedis } = await import('../../core/workspaceRedis/findRedis');
  const { files, unread, partial } = await readWorkspaceFiles(token);
  const { found, problems } = findRedis(files, surroundings());
  const notRead = unread.map(({ path, reason }) => ({ origin: displayText(path), reason }));
  const rest = vscode.l10n.t('The workspace has more files and folders than are looked at.');
  return {
    result: {
      found,
      problems: [...problems, ...notRead, ...(partial ? [{ origin: '…', reason: rest }] : [])],
    },
    looked: [...files, ...unread].map(({ path }) => displayText(path)),
  };
}

function surroundings(): Surroundings {
  switch (vscode.env.remoteName) {
    case 'dev-container':
      return 'devContainer';
    case 'attached-container':
      return 'attachedContainer';
    default:
      return 'machine';
  }
}

async function pickFound(connections: Connections, { found, problems }: FindResult): Promise<FoundRedis> {
  const saved = new Map(connections.profiles.map(({ url, name }) => [url, displayText(name)]));
  const items = found.map((each) => {
    const { parsed, origins } = each;
    const name = saved.get(parsed.url);
    const details = [
      ...(name === undefined ? [] : [vscode.l10n.t('saved already as {0}', name)]),
      ...(parsed.password === undefined ? [] : [vscode.l10n.t('password found')]),
      ...origins.slice(1).map((origin) => vscode.l10n.t('also {0}', origin)),
    ];
    return {
      label: plainLabel(displayText(parsed.url)),
      description: plainLabel(origins[0] ?? ''),
      ...(details.length === 0 ? {} : { detail: plainLabel(details.join(' · ')) }),
      value: each as FoundRedis | undefined,
    };
  });
  const left = {
    label: `$(info) ${
      problems.length === 1
        ? vscode.l10n.t('1 more was found that cannot be used…')
        : vscode.l10n.t('{0} more were found that cannot be used…', problems.length)
    }`,
    value: undefined,
  };
  const picked = await askPick<FoundRedis | undefined>(
    vscode.l10n.t('Redis in This Workspace'),
    problems.length === 0 ? items : [...items, left],
  );
  if (picked !== undefined) return picked;
  await showProblems(problems);
  return pickFound(connections, { found, problems });
}

/** A list to read; closing it ends the command, choosing a line leads back. */
async function showProblems(problems: readonly FindProblem[]): Promise<void> {
  await askPick(
    vscode.l10n.t('What Cannot Be Used'),
    problems.map((problem) => ({
      label: plainLabel(problem.origin),
      detail: plainLabel(problem.reason),
      value: problem,
    })),
  );
}

async function tellNothing(looked: readonly string[], problems: readonly FindProblem[]): Promise<void> {
  const add = vscode.l10n.t('Add Connection…');
  const why = vscode.l10n.t('Show Why');
  const text = nothingFound(looked);
  const choice = await vscode.window.showInformationMessage(
    plainNotice(text),
    ...(problems.length === 0 ? [add] : [why, add]),
  );
  if (choice === why) await showProblems(problems);
  if (choice === add) await vscode.commands.executeCommand(fullCommandId('connection.add'));
}

/** Files that a sentence names before it counts the others. */
const named = 5;

function nothingFound(looked: readonly string[]): string {
  if ((vscode.workspace.workspaceFolders ?? []).length === 0)
    return vscode.l10n.t('No folder is open, so there is nothing to look for Redis in.');
  if (looked.length === 0)
    return vscode.l10n.t(
      'There is no .env, compose or devcontainer file in this workspace that could name a Redis.',
    );
  const names = looked.slice(0, named).join(', ');
  return looked.length <= named
    ? vscode.l10n.t('No Redis was found. Looked at: {0}.', names)
    : vscode.l10n.t('No Redis was found. Looked at: {0} and {1} more.', names, looked.length - named);
}
