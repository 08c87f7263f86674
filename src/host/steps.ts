import * as vscode from 'vscode';
import { cancelled } from '../core/failure';
import { complaint } from './ask';
import { type Back, back, type StepPlace } from './stepWalk';

/*
 * What a step of a {@link StepWalk} asks with: VS Code's own boxes and picks, with a number, a Back button and what is wrong
 * below the box. Escape rejects with the Failure `cancelled`.
 */

export interface InputQuestion {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** Throws the Failure that is shown below the box while the text is such. */
  readonly check?: (text: string) => unknown;
  /** As `check`, once the text is accepted. */
  readonly checkAccepted?: (text: string) => Promise<unknown>;
  /** Lets the text be chosen in another way; undefined leaves it as it is. */
  readonly browse?: { readonly tooltip: string; choose(): Promise<string | undefined> };
}

/** Lets a line be typed. What was typed is there again after going back and forth. */
export async function inputStep(place: StepPlace, question: InputQuestion): Promise<string | Back> {
  const box = vscode.window.createInputBox();
  const browse: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('folder-opened'),
    tooltip: question.browse?.tooltip ?? '',
  };
  prepare(box, place);
  box.prompt = question.prompt;
  box.value = place.typed ?? question.value;
  box.placeholder = question.placeholder;
  box.password = question.password ?? false;
  box.validationMessage = place.complaint;
  if (question.browse !== undefined) box.buttons = [...box.buttons, browse];
  return answered(box, (ends) => {
    const accept = async (): Promise<void> => {
      const text = box.value;
      box.validationMessage = complaint(question.check, text);
      if (box.validationMessage !== undefined) return;
      if (question.checkAccepted !== undefined) {
        box.busy = true;
        const wrong = await asComplaint(question.checkAccepted(text));
        box.busy = false;
        if (box.value !== text) return;
        box.validationMessage = wrong;
        if (wrong !== undefined) return;
      }
      place.typed = undefined;
      ends.resolve(text);
    };
    const choose = async (): Promise<void> => {
      ends.hold(true);
      const chosen = await question.browse?.choose();
      ends.hold(false);
      if (chosen !== undefined) {
        box.value = chosen;
        box.validationMessage = undefined;
      }
      box.show();
    };
    return [
      box.onDidChangeValue((text) => {
        box.validationMessage = complaint(question.check, text);
      }),
      box.onDidAccept(() => void accept().catch(ends.reject)),
      box.onDidTriggerButton((button) => {
        if (button === browse) {
          void choose().catch(ends.reject);
          return;
        }
        place.typed = box.value;
        ends.resolve(back);
      }),
    ];
  });
}

/** An entry of a pick; one without a value can be looked at and not chosen. */
export interface Choice<Value> extends vscode.QuickPickItem {
  readonly value?: Value;
}

export interface PickQuestion<Value> {
  readonly placeholder: string;
  /** Entries among which typing searches; or those for what is typed, which are all shown. */
  readonly items: readonly Choice<Value>[] | ((typed: string) => readonly Choice<Value>[]);
  /** Which entry is the active one at first. */
  readonly active?: (value: Value) => boolean;
}

/** Lets one of several things be picked, or typed where the entries follow what is typed. */
export async function pickStep<Value>(
  place: StepPlace,
  { placeholder, items, active }: PickQuestion<Value>,
): Promise<Value | Back> {
  const pick = vscode.window.createQuickPick<Choice<Value>>();
  prepare(pick, place);
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  let current: readonly Choice<Value>[] = typeof items === 'function' ? [] : items;
  pick.items = current;
  const offer = (typed: string): void => {
    if (typeof items !== 'function') return;
    current = items(typed).map((item) => ({ ...item, alwaysShow: true }));
    pick.items = current;
  };
  pick.value = place.typed ?? '';
  offer(pick.value);
  if (active !== undefined) {
    pick.activeItems = current.filter(({ value }) => value !== undefined && active(value)).slice(0, 1);
  }
  return answered(pick, (ends) => [
    pick.onDidChangeValue((typed) => {
      place.typed = typed;
      offer(typed);
    }),
    pick.onDidAccept(() => {
      const [selected] = pick.selectedItems;
      // Enter right after a paste still selects among the entries of the time before.
      const isCurrent = typeof items !== 'function' || (selected !== undefined && current.includes(selected));
      const chosen = isCurrent ? selected : current[0];
      if (chosen?.value !== undefined) ends.resolve(chosen.value);
    }),
    pick.onDidTriggerButton(() => ends.resolve(back)),
  ]);
}

/** Lets any of several things be switched on. */
export async function checkStep<Value>(
  place: StepPlace,
  placeholder: string,
  items: readonly (Choice<Value> & { readonly value: Value })[],
): Promise<readonly Value[] | Back> {
  const pick = vscode.window.createQuickPick<Choice<Value> & { readonly value: Value }>();
  prepare(pick, place);
  pick.placeholder = placeholder;
  pick.canSelectMany = true;
  pick.items = items;
  pick.selectedItems = items.filter(({ picked }) => picked);
  return answered<readonly Value[]>(pick, (ends) => [
    pick.onDidAccept(() => ends.resolve(pick.selectedItems.map(({ value }) => value))),
    pick.onDidTriggerButton(() => ends.resolve(back)),
  ]);
}

/** Shows that something is under way. Escape and Back end the waiting and abort the work. */
export async function busyStep<Result>(
  place: StepPlace,
  text: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | Back> {
  const abort = new AbortController();
  const pick = vscode.window.createQuickPick();
  prepare(pick, place);
  pick.placeholder = vscode.l10n.t('Escape cancels');
  pick.items = [{ label: `$(loading~spin) ${text}`, alwaysShow: true }];
  pick.busy = true;
  try {
    return await answered<Result>(pick, (ends) => {
      void work(abort.signal).then(ends.resolve, ends.reject);
      return [pick.onDidTriggerButton(() => ends.resolve(back))];
    });
  } finally {
    abort.abort();
  }
}

function prepare(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  { title, step, totalSteps, canGoBack }: StepPlace,
): void {
  input.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  input.ignoreFocusOut = true;
}

interface Ends<Value> {
  resolve(value: Value | Back): void;
  reject(error: unknown): void;
  /** While held, hiding the input ends nothing. */
  hold(held: boolean): void;
}

/** Shows an input until one of its events ends it; hidden by the user, it is cancelled. */
async function answered<Value>(
  input: vscode.QuickInput,
  listen: (ends: Ends<Value>) => readonly vscode.Disposable[],
): Promise<Value | Back> {
  let listeners: readonly vscode.Disposable[] = [];
  let isHeld = false;
  try {
    return await new Promise<Value | Back>((resolve, reject) => {
      const hold = (held: boolean): void => {
        isHeld = held;
      };
      const hidden = input.onDidHide(() => {
        if (!isHeld) reject(cancelled());
      });
      listeners = [hidden, ...listen({ resolve, reject, hold })];
      input.show();
    });
  } finally {
    for (const listener of listeners) listener.dispose();
    input.dispose();
  }
}

async function asComplaint(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return complaint(() => {
      throw error;
    }, '');
  }
}
