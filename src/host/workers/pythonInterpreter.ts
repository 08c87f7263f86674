import * as vscode from 'vscode';

/** What we use of the Python extension's API (`@vscode/python-extension`, environments). */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** The Python extension may have to look through a whole machine. */
const answerLimitMs = 5_000;

/** The interpreter that the Python extension has chosen for a file; undefined where it is not installed or has none. */
export async function chosenPython(file: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  if (extension === undefined) return undefined;
  let limit: NodeJS.Timeout | undefined;
  const expiry = new Promise<undefined>((resolve) => {
    limit = setTimeout(resolve, answerLimitMs, undefined);
  });
  try {
    return await Promise.race([activePython(extension, file), expiry]);
  } catch {
    // What goes wrong in there is its own matter: there is a Python on the path, too.
    return undefined;
  } finally {
    clearTimeout(limit);
  }
}

async function activePython(
  extension: vscode.Extension<PythonApi>,
  file: vscode.Uri,
): Promise<string | undefined> {
  const { environments } = await extension.activate();
  if (environments === undefined) return undefined;
  const found = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(file));
  return found?.executable.uri?.fsPath;
}
