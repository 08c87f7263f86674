import type { Locator } from 'playwright-core';
import { until } from '../launch/limits';
import { stepLimitMs, type VscodeWindow } from '../launch/window';

const rows = '.custom-view-tree-node-item';

/** The explorer in a window, read and driven as a person would. */
export class ExplorerPage {
  constructor(private readonly window: VscodeWindow) {}

  /** Every line on screen, from top to bottom, as `label  description`. */
  lines(): Promise<string[]> {
    return this.window.page.locator(rows).evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: element.getBoundingClientRect().top,
          text: ['.label-name', '.label-description']
            .map((part) => element.querySelector(part)?.textContent ?? '')
            .join('  ')
            .trim(),
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
  }

  /** Waits for a line that is exactly this text or matches this pattern. @throws an Error with what was there instead */
  async waitForLine(line: string | RegExp, limitMs = stepLimitMs): Promise<string> {
    let last: readonly string[] = [];
    try {
      return await until(limitMs, `The line ${line}`, async () => {
        last = await this.lines();
        return last.find((each) => (typeof line === 'string' ? each === line : line.test(each)));
      });
    } catch (error) {
      throw new Error(`There is no line ${line} among:\n${last.join('\n')}`, { cause: error });
    }
  }

  /** The row whose label is exactly this. */
  row(label: string): Locator {
    const exactly = new RegExp(`^${label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
    return this.window.page
      .locator('.monaco-list-row')
      .filter({ has: this.window.page.locator(`${rows} .label-name`, { hasText: exactly }) })
      .first();
  }

  /** Opens a branch unless it is open. */
  expand(label: string): Promise<void> {
    return this.toggle(label, 'true');
  }

  /** Closes a branch unless it is closed. */
  collapse(label: string): Promise<void> {
    return this.toggle(label, 'false');
  }

  private async toggle(label: string, expanded: 'true' | 'false'): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === expanded) return;
    await row.locator('.monaco-tl-twistie').click();
    await until(stepLimitMs, `${label} being ${expanded === 'true' ? 'open' : 'closed'}`, async () =>
      (await row.getAttribute('aria-expanded')) === expanded ? true : undefined,
    );
  }

  /** Presses a button that a row shows while the mouse is over it. */
  async pressInline(label: string, button: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.getByRole('button', { name: button }).click();
  }

  /** Chooses from the menu that a right click on a row shows. */
  async chooseInMenu(label: string, entry: string): Promise<void> {
    await this.row(label).click({ button: 'right' });
    // A click too soon after the menu came is taken for the end of the first one.
    const item = this.window.page.getByRole('menuitem', { name: entry }).first();
    await item.hover();
    await this.window.page.locator('.action-item.focused', { has: item }).waitFor();
    await this.window.page.keyboard.press('Enter');
    await item.waitFor({ state: 'detached' });
  }

  /** The text of the editor in front, as far as it is on screen. */
  async editorText(): Promise<string> {
    const lines = await this.window.page
      .locator('.editor-group-container.active .view-line')
      .evaluateAll((elements) =>
        elements
          .map((element) => ({
            top: element.getBoundingClientRect().top,
            text: (element.textContent ?? '').replaceAll('\u00a0', ' '),
          }))
          .sort((a, b) => a.top - b.top)
          .map(({ text }) => text),
      );
    return lines.join('\n');
  }

  /** Waits until the editor in front shows this. */
  async waitForEditor(text: string): Promise<void> {
    let last = '';
    await until(stepLimitMs, `An editor with ${text}`, async () => {
      last = await this.editorText();
      return last === text ? true : undefined;
    }).catch((error: unknown) => {
      throw new Error(`The editor shows:\n${last}`, { cause: error });
    });
  }

  /** Waits for the title of the open pick or input box, since the one before may still be there. */
  async asked(title: string | RegExp): Promise<void> {
    await this.window.page.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  /** The texts of the entries in the open pick. */
  choices(): Promise<string[]> {
    return this.window.page.locator('.quick-input-list .monaco-list-row .label-name').allInnerTexts();
  }

  /** Waits for an entry of the open pick. */
  async offered(label: string | RegExp): Promise<void> {
    await this.window.page
      .locator('.quick-input-list .monaco-list-row .label-name', { hasText: label })
      .first()
      .waitFor();
  }
}
