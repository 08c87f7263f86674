import * as vscode from 'vscode';
import { type WorkspaceFile, workspaceFileKind } from '../core/workspaceRedis/workspaceFile';

/** Files of a workspace that were read, and those that could not be, with the reason. */
export interface WorkspaceFiles {
  readonly files: readonly WorkspaceFile[];
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
  /** Not everything was looked at, since there is more than the limits allow. */
  readonly partial: boolean;
}

const mostFiles = 100;
const mostFolders = 2_000;
const deepest = 6;
const mostBytes = 1_048_576;

/** Folders of other people's code, of build results and of tools. `.env` is one where Python keeps its packages there. */
const passedOver =
  /^(node_modules|bower_components|vendor|\.git|\.hg|\.svn|\.venv|venv|\.env|__pycache__|\.tox|site-packages|dist|build|out|target|coverage|\.next|\.nuxt|\.cache|\.gradle|\.terraform|\.yarn|\.vscode-test)$/;

/**
 * Reads the files that may name a Redis, those nearest to the top first: at most 100, each of 1 MB at the most.
 *
 * It walks folders and does not use the editor's search, which leaves out what the user hides from searches and finds
 * nothing in workspaces that are not on a disk.
 * @throws vscode.CancellationError soon after `token` is cancelled.
 */
export async function readWorkspaceFiles(token: vscode.CancellationToken): Promise<WorkspaceFiles> {
  const roots = vscode.workspace.workspaceFolders ?? [];
  const { uris, partial } = await findUris(
    roots.map(({ uri }) => uri),
    token,
  );
  const files: WorkspaceFile[] = [];
  const unread: { path: string; reason: string }[] = [];
  for (const uri of uris) {
    const path = pathOf(uri);
    const read = await unlessCancelled(readText(uri), token);
    if ('text' in read) files.push({ path, text: read.text });
    else unread.push({ path, reason: read.reason });
  }
  return { files, unread, partial };
}

/** Relative to the workspace; with the name of its folder where there are several. */
function pathOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri).replaceAll('\\', '/');
}

async function findUris(
  roots: readonly vscode.Uri[],
  token: vscode.CancellationToken,
): Promise<{ uris: vscode.Uri[]; partial: boolean }> {
  const uris: vscode.Uri[] = [];
  let folders: vscode.Uri[] = [...roots];
  let visited = 0;
  // What lies deeper is the code's own; to tell of it each time would say nothing.
  for (let depth = 0; folders.length > 0 && depth <= deepest; depth++) {
    const below: vscode.Uri[] = [];
    for (const folder of folders) {
      if (uris.length > mostFiles || ++visited > mostFolders)
        return { uris: uris.slice(0, mostFiles), partial: true };
      const entries = await unlessCancelled(listFolder(folder), token);
      for (const [name, type] of entries) {
        const uri = vscode.Uri.joinPath(folder, name);
        if (type & vscode.FileType.File && workspaceFileKind(uri.path) !== undefined) uris.push(uri);
        // Links to folders are not followed: they may lead in circles.
        else if (type === vscode.FileType.Directory && !passedOver.test(name)) below.push(uri);
      }
    }
    folders = below;
  }
  return { uris: uris.slice(0, mostFiles), partial: uris.length > mostFiles };
}

/** What is in a folder, by name; nothing where it may not be read. */
async function listFolder(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return [];
    throw error;
  }
}

async function readText(uri: vscode.Uri): Promise<{ text: string } | { reason: string }> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > mostBytes) return { reason: vscode.l10n.t('It is larger than 1 MB and was not read.') };
    const bytes = await vscode.workspace.fs.readFile(uri);
    // PowerShell's ">" writes UTF-16.
    const text = new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
    return text.includes('\0') ? { reason: vscode.l10n.t('It is not a text file.') } : { text };
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return { reason: vscode.l10n.t('It could not be read.') };
    throw error;
  }
}

function unlessCancelled<Result>(work: Promise<Result>, token: vscode.CancellationToken): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const stop = () => reject(new vscode.CancellationError());
    const listening = token.onCancellationRequested(stop);
    if (token.isCancellationRequested) stop();
    void work.then(resolve, reject).finally(() => listening.dispose());
  });
}
