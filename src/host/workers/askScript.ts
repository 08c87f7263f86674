import { basename } from 'node:path';
import * as vscode from 'vscode';
import { cancelled, Failure } from '../../core/failure';
import { extensionOf, scriptExtensions } from '../../core/scriptInterpreter';
import { askPick } from '../ask';
import { missingArgument } from '../commandArguments';
import type { Invocation } from '../commandRunner';
import { plainLabel } from '../plainText';
import { setting } from '../settings';

const mostFiles = 500;

/**
 * The script that a command is about: the file that was clicked, else asked for with the open one first.
 * @throws {Failure} `argument` where it has not been saved on this machine, `cancelled`
 */
export async function chosenScript({ interactive, resource }: Invocation): Promise<string> {
  if (resource !== undefined) return savedFile(resource);
  if (!interactive) throw missingArgument('script');
  const open = vscode.window.activeTextEditor?.document.uri;
  const found = await vscode.workspace.findFiles(
    `**/*{${extensions().join(',')}}`,
    '**/{node_modules,.venv,venv,.git,dist,out,build,site-packages}/**',
    mostFiles,
  );
  const others = found
    .filter(({ scheme, path }) => scheme === 'file' && path !== open?.path)
    .sort((a, b) => a.path.localeCompare(b.path));
  const isOpen = open?.scheme === 'file' && extensions().includes(extensionOf(open.path));
  const offered = isOpen ? [open, ...others] : others;
  const picked = await askPick<vscode.Uri | undefined>(vscode.l10n.t('Run which script as a worker?'), [
    ...offered.map((uri) => ({
      label: `$(file-code) ${plainLabel(basename(uri.fsPath))}`,
      description: plainLabel(vscode.workspace.asRelativePath(uri)),
      value: uri,
    })),
    { label: vscode.l10n.t('$(folder-opened) Another file…'), value: undefined },
  ]);
  if (picked !== undefined) return savedFile(picked);
  const [chosen] = (await vscode.window.showOpenDialog({ canSelectMany: false })) ?? [];
  if (chosen === undefined) throw cancelled();
  return savedFile(chosen);
}

/** File types that something is known to run. */
function extensions(): readonly string[] {
  const given = Object.keys(setting('interpreters')).filter((name) => /^\.[\w-]+$/.test(name));
  return [...new Set([...scriptExtensions, ...given])];
}

/** What is typed but not saved would not run: so it is saved first. */
async function savedFile(uri: vscode.Uri): Promise<string> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  const saved =
    uri.scheme === 'file' && (document === undefined || !document.isDirty || (await document.save()));
  if (saved) return uri.fsPath;
  throw new Failure('argument', vscode.l10n.t('The script is not saved in a file on this machine.'), {
    hint: vscode.l10n.t('Save it first, and run it then.'),
  });
}
