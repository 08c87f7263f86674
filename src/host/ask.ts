import * as vscode from 'vscode';
import { displayText } from '../core/displayText';
import { cancelled, failureText, isFailure } from '../core/failure';
import { plainNotice } from './plainText';

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  /** Throws the Failure whose sentence is shown below the box. */
  readonly check?: (text: string) => unknown;
}

/** Asks for one line of text. @throws {Failure} `cancelled`. */
export async function askText({ title, prompt, value, placeholder, check }: TextQuestion): Promise<string> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    ...(value === undefined ? {} : { value }),
    ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
    validateInput: (entered) => complaint(check, entered),
  });
  if (text === undefined) throw cancelled();
  return text;
}

/** Asks for a password; what is typed is not shown. @throws {Failure} `cancelled`. */
export async function askPassword(title: string, server: string): Promise<string> {
  const password = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Password for {0}. It is kept in the secret storage only.', server),
    password: true,
    ignoreFocusOut: true,
  });
  if (password === undefined) throw cancelled();
  return password;
}

/** What a check says of a text, as one line; undefined where the text is good. */
export function complaint(check: TextQuestion['check'], text: string): string | undefined {
  try {
    check?.(text);
    return undefined;
  } catch (error) {
    if (isFailure(error)) return failureText(error);
    throw error;
  }
}

/** A heading above the items of a pick that follow it. It cannot be picked. */
export interface PickHeading {
  readonly heading: string;
}

/** Lets one of several things be picked. @throws {Failure} `cancelled`. */
export async function askPick<Value>(
  title: string,
  items: readonly ((vscode.QuickPickItem & { readonly value: Value }) | PickHeading)[],
): Promise<Value> {
  const rows = items.map((item) =>
    'heading' in item
      ? { label: item.heading, kind: vscode.QuickPickItemKind.Separator, value: undefined as never }
      : item,
  );
  const picked = await vscode.window.showQuickPick(rows, {
    title,
    ignoreFocusOut: true,
    matchOnDescription: true,
  });
  if (picked === undefined) throw cancelled();
  return picked.value;
}

/** Asks before something that cannot be undone. @throws {Failure} `cancelled`. */
export async function askConfirmation(question: string, detail: string, action: string): Promise<void> {
  const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
  if (choice !== action) throw cancelled();
}

/**
 * Asks for the name of a production connection before its data is destroyed. Only the name itself is taken.
 * @throws {Failure} `cancelled`.
 */
export function askProductionName(name: string, question: string, detail: string): Promise<void> {
  const shown = displayText(name);
  const input = vscode.window.createInputBox();
  input.title = vscode.l10n.t('PRODUCTION: {0}', shown);
  const order = vscode.l10n.t('Type the name of the connection, {0}, to go on.', shown);
  // A prompt has no line breaks.
  input.prompt = plainNotice(
    [question, ...detail.split(/\n+/), order].filter((part) => part !== '').join(' · '),
  );
  input.placeholder = shown;
  input.ignoreFocusOut = true;
  return new Promise((resolve, reject) => {
    const listening = [
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
      }),
      input.onDidAccept(() => {
        const typed = input.value.trim();
        if (typed === shown || typed === name.trim()) {
          resolve();
          input.hide();
        } else {
          input.validationMessage = vscode.l10n.t(
            'That is not the name. Nothing was changed. Type {0}, or press Escape.',
            plainNotice(shown),
          );
        }
      }),
      input.onDidHide(() => {
        for (const each of listening) each.dispose();
        input.dispose();
        // Does nothing after the right name.
        reject(cancelled());
      }),
    ];
    input.show();
  });
}
