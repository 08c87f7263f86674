import { readFile } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve } from 'node:path';
import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { cancelled, Failure, isFailure } from '../../core/failure';
import {
  languageNeeds,
  patternDetail,
  patternLabel,
  type ScriptLanguage,
  type ScriptPattern,
  scriptDescriptions,
  scriptLanguages,
  scriptPatterns,
} from '../../core/scriptTemplates';
import { askPick, askText } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler, Invocation } from '../commandRunner';
import { confirmed } from '../commandTarget';
import { fullCommandId } from '../contributed';
import type { Log } from '../log';
import { plainNotice } from '../plainText';
import { installLibrary, installLine, missingLibrary } from '../workers/scriptNeeds';
import { scriptTemplatePath } from '../workers/scriptTemplate';

interface ChosenTemplate {
  readonly language: ScriptLanguage;
  /** The template's name, and the script's by default. */
  readonly file: string;
}

/**
 * `{pattern, language?, file?, confirmed?}` → `{file}`: writes a script for a worker into the workspace folder and opens it.
 * `pattern` and `language` are those of scriptTemplates. A file that is there is replaced only where that is confirmed.
 */
export function workerNewScript({ log }: { readonly log: Log }): CommandHandler {
  return async (invocation) => {
    const chosen = await chosenTemplate(invocation);
    const file = await chosenFile(invocation, chosen);
    const uri = vscode.Uri.file(file);
    if (await exists(uri)) {
      await confirmed(invocation, {
        question: vscode.l10n.t('{0} is there already. Replace it?', displayText(basename(file))),
        detail: vscode.l10n.t('What it holds now is lost. Nothing was written yet.'),
        action: vscode.l10n.t('Replace'),
      });
    }
    await vscode.workspace.fs.writeFile(uri, await readFile(scriptTemplatePath(chosen.file)));
    await vscode.window.showTextDocument(uri);
    if (invocation.interactive) {
      // The script is written: whatever comes after must not seem to be about that.
      void offerRun(file, chosen.language).catch((error: unknown) => {
        if (!isFailure(error) || error.code !== 'cancelled') log.error('worker.newScript', error);
      });
    }
    return { file };
  };
}

async function chosenTemplate({ args, interactive }: Invocation): Promise<ChosenTemplate> {
  const pattern = args.oneOf<ScriptPattern>('pattern', scriptPatterns);
  const language = args.oneOf<ScriptLanguage>('language', scriptLanguages);
  if (pattern !== undefined) {
    const found = offers().find(
      (each) => each.pattern === pattern && each.language === (language ?? each.language),
    );
    if (found !== undefined) return found;
    throw new Failure('argument', vscode.l10n.t('There is no such script in {0}.', String(language)), {
      hint: vscode.l10n.t('It is there in {0}.', 'python'),
    });
  }
  if (!interactive) throw missingArgument('pattern');
  return askPick(
    vscode.l10n.t('Write which worker script?'),
    targetKinds.flatMap((kind) => [
      { heading: kindHeading(kind) },
      ...offers()
        .filter(({ pattern }) => scriptDescriptions[pattern].targetKind === kind)
        .map((offer) => ({
          label: `$(${scriptDescriptions[offer.pattern].icon}) ${patternLabel(offer.pattern)}`,
          description: languageNeeds(offer.language).name,
          detail: patternDetail(offer.pattern),
          value: offer,
        })),
    ]),
  );
}

const targetKinds = ['queue', 'stream', 'channel'] as const;

function kindHeading(kind: (typeof targetKinds)[number]): string {
  switch (kind) {
    case 'queue':
      return vscode.l10n.t('Queues');
    case 'stream':
      return vscode.l10n.t('Streams');
    case 'channel':
      return vscode.l10n.t('Channels');
  }
}

function offers(): readonly (ChosenTemplate & { readonly pattern: ScriptPattern })[] {
  return scriptPatterns.flatMap((pattern) =>
    scriptLanguages.flatMap((language) => {
      const file = scriptDescriptions[pattern].files[language];
      return file === undefined ? [] : [{ pattern, language, file }];
    }),
  );
}

/** The absolute path of the script to write, in a workspace folder. */
async function chosenFile({ args, interactive }: Invocation, chosen: ChosenTemplate): Promise<string> {
  const given = args.text('file') ?? (interactive ? undefined : chosen.file);
  const folder = await chosenFolder(interactive);
  const check = (name: string): string => pathBelow(folder, name, chosen.file);
  if (given !== undefined) return check(given);
  const { needs } = languageNeeds(chosen.language);
  const name = await askText({
    title: vscode.l10n.t('Name of the script'),
    prompt: vscode.l10n.t('Below {0}. It runs with {1}.', displayText(folder, 60), needs),
    value: chosen.file,
    check,
  });
  return check(name);
}

async function chosenFolder(interactive: boolean): Promise<string> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const [first] = folders;
  if (first === undefined) {
    throw new Failure('notFound', vscode.l10n.t('No folder of this machine is open.'), {
      hint: vscode.l10n.t('First open the folder for the script.'),
    });
  }
  if (folders.length === 1 || !interactive) return first.uri.fsPath;
  const picked = await vscode.window.showWorkspaceFolderPick();
  if (picked === undefined) throw cancelled();
  return picked.uri.fsPath;
}

/** @throws {Failure} `argument` for a name that is outside of the folder or of another type */
function pathBelow(folder: string, name: string, template: string): string {
  const path = resolve(folder, name.trim());
  const below = relative(folder, path);
  if (below === '' || below.startsWith('..') || isAbsolute(below)) {
    throw new Failure('argument', vscode.l10n.t('Name a file in the workspace folder.'));
  }
  const type = template.slice(template.lastIndexOf('.'));
  if (path.endsWith(type)) return path;
  throw new Failure('argument', vscode.l10n.t('The name must end with {0}.', type));
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** Says with what the script runs, and offers to install what is missing and to run it. */
async function offerRun(file: string, language: ScriptLanguage): Promise<void> {
  // No program of the workspace is asked before the workspace is trusted.
  const missing = vscode.workspace.isTrusted ? await missingLibrary(file, language) : undefined;
  const name = displayText(basename(file), 60);
  const { needs } = languageNeeds(language);
  const runNow = vscode.l10n.t('Run…');
  if (missing === undefined) {
    const text = vscode.l10n.t('{0} is written. It runs with {1}.', name, needs);
    if ((await vscode.window.showInformationMessage(plainNotice(text), runNow)) === runNow)
      await runScript(file);
    return;
  }
  const install = vscode.l10n.t('Install {0}…', missing.name);
  const text = vscode.l10n.t(
    '{0} is written. It runs with {1}; {2} is missing here: {3}',
    name,
    needs,
    missing.name,
    installLine(missing),
  );
  const choice = await vscode.window.showWarningMessage(plainNotice(text), install, runNow);
  if (choice === runNow) await runScript(file);
  if (choice !== install) return;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const installed = await installLibrary(missing, folder?.uri.fsPath ?? '.');
  if (!installed) {
    const failed = vscode.l10n.t('{0} was not installed. The terminal says why.', missing.name);
    void vscode.window.showWarningMessage(plainNotice(failed));
    return;
  }
  const done = vscode.l10n.t('{0} is installed: {1} can run.', missing.name, name);
  if ((await vscode.window.showInformationMessage(plainNotice(done), runNow)) === runNow)
    await runScript(file);
}

function runScript(file: string): Thenable<unknown> {
  return vscode.commands.executeCommand(fullCommandId('worker.runScript'), vscode.Uri.file(file));
}
