import { until } from '../launch/limits';
import type { VscodeWindow } from '../launch/window';

const tutorialLimitMs = 60_000;

/** The text of the only terminal among these that holds this. @throws an Error with what there was */
export function terminalOf(texts: readonly string[], mark: string): string {
  const found = texts.filter((text) => unbroken(text).includes(unbroken(mark)));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new Error(`${found.length} terminals have "${mark}":\n${texts.join('\n────\n')}`);
}

/** Waits until a terminal on screen shows this, however its lines are broken. @returns its text */
export async function untilTerminal(window: VscodeWindow, mark: string): Promise<string> {
  let last: readonly string[] = [];
  return until(tutorialLimitMs, `"${mark}" in a terminal`, async () => {
    last = await window.terminalTexts();
    return last.find((text) => unbroken(text).includes(unbroken(mark)));
  }).catch((error: unknown) => {
    throw new Error(`No terminal shows "${mark}":\n${last.join('\n────\n')}`, { cause: error });
  });
}

/** A text without blanks and line breaks, which depend on the width of a terminal. */
export function unbroken(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
