/** A file of the workspace as text. */
export interface WorkspaceFile {
  /** Relative to the workspace, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}

export type WorkspaceFileKind = 'env' | 'compose' | 'devcontainer';

/** What a file is to the search, told by its path alone; undefined for one that is not read. */
export function workspaceFileKind(path: string): WorkspaceFileKind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^\.env(\..+)?$/.test(name)) return 'env';
  if (/^(docker-)?compose[\w.-]*\.ya?ml$/i.test(name)) return 'compose';
  if (/(^|\/)(\.devcontainer\.json|\.devcontainer\/([^/]+\/)?devcontainer\.json)$/.test(path))
    return 'devcontainer';
  return undefined;
}

/** The folder of a path; '' at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Where a path leads that is written in a file of `folder`; undefined when it leaves the workspace. */
export function pathFrom(folder: string, relative: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split(/[/\\]/)) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/');
}
