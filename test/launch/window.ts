import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { until } from './limits';
import { screenshotFolder } from './paths';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { type HostedPage, hostPage, type WindowOptions } from './windowHost';

const readyLimitMs = 120_000;
/** For one thing that the window is to show. Far more than that takes: a busy machine may be ten times as slow. */
export const stepLimitMs = 60_000;

/**
 * Opens a real VS Code window with the extension in it, to be driven as a person would, and waits until it is up.
 * @throws an Error with the last lines of VS Code when it does not come up
 */
export async function openWindow(options: WindowOptions): Promise<VscodeWindow> {
  const teardown = new Teardown();
  try {
    const hosted = await hostPage(options, await tempFolder(teardown, 'win'), teardown);
    const window = new VscodeWindow(hosted, teardown);
    await window.ready();
    return window;
  } catch (error) {
    await teardown.finish();
    throw error;
  }
}

/** One VS Code window. Every method waits for what it needs, at most `stepLimitMs` unless it says otherwise. */
export class VscodeWindow {
  /** For whatever has no method here. */
  readonly page: Page;
  /** Where this VS Code keeps settings, extensions and storage; gone after `close`. */
  readonly dataFolder: string;

  constructor(
    private readonly hosted: HostedPage,
    private readonly teardown: Teardown,
  ) {
    this.page = hosted.page;
    this.dataFolder = hosted.dataFolder;
    this.page.setDefaultTimeout(stepLimitMs);
  }

  /** Waits until the workbench is drawn and its extensions run (the status bar has settled), at most a minute. */
  async ready(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench', { timeout: readyLimitMs });
    await this.page.waitForSelector('.activitybar .action-item', { timeout: readyLimitMs });
  }

  /** Runs a command from the Command Palette by its full title, see `commandTitle`. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${title}`);
    await this.choice(title).click();
  }

  /**
   * Types into the open input box, accepts, and waits until the box is gone: whatever is typed before goes to it still.
   * In a pick, whose entries may follow what is typed, use `pick`.
   */
  async answer(text: string): Promise<void> {
    await this.tryAnswer(text);
    await until(stepLimitMs, `Taking the answer ${text}`, async () => {
      const shown = await this.quickInput().evaluateAll((inputs) =>
        inputs.map((input) => (input as { value?: string }).value),
      );
      return shown.includes(text) ? undefined : true;
    });
  }

  /** Types into the open input box and accepts, where the box is to refuse it and stay. */
  async tryAnswer(text: string): Promise<void> {
    await this.quickInput().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Chooses the entry with exactly this label in an open pick, as soon as there is one, and waits until the pick is gone. */
  async pick(label: string): Promise<void> {
    await this.choice(label).click();
    await this.choice(label).waitFor({ state: 'hidden' });
  }

  /** The text field of the palette, a pick or an input box. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input:visible');
  }

  /** Presses a button of the modal dialog that is (or will be) open. */
  async pressDialogButton(name: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name, exact: true }).click();
  }

  /**
   * Notifications on screen whose text contains this. A driven browser window draws no toasts: `showNotifications` first.
   */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  /**
   * Opens the list of notifications and waits for one whose text contains this: it may come later than the list, which
   * closes by itself when the first one comes.
   */
  async notified(text: string | RegExp): Promise<Locator> {
    const told = this.notification(text).first();
    const list = this.page.locator('.notifications-center.visible');
    await until(stepLimitMs, `The notification ${text}`, async () => {
      if (await told.isVisible()) return true;
      if ((await list.count()) === 0) await this.runCommand('Notifications: Show Notifications');
      return undefined;
    });
    return told;
  }

  /** Opens the list of notifications, once the dialog before has been accepted. */
  async showNotifications(): Promise<void> {
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.runCommand('Notifications: Show Notifications');
    await this.page.locator('.notifications-center.visible').waitFor();
  }

  /** Removes all notifications. */
  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page.locator('.notification-list-item').first().waitFor({ state: 'detached' });
  }

  /** Shows a view container of the activity bar; does nothing when it is shown already. */
  async openSidebar(name = 'Redis Messaging'): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name });
    await tab.waitFor({ timeout: readyLimitMs });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.page.locator('.part.sidebar .pane-body').first().waitFor();
  }

  /** Rows of any tree whose accessible name contains this. */
  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name });
  }

  /** Expands a tree row unless it is expanded. */
  async expand(name: string | RegExp): Promise<void> {
    const row = this.treeItem(name).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await row.locator('.monaco-tl-twistie').click();
  }

  /** The innermost frame of a webview that holds such an element, e.g. to click in it. */
  async webview(selector: string, limitMs = stepLimitMs): Promise<Frame> {
    return until(limitMs, `Finding a webview with ${selector}`, async () => {
      for (const frame of this.page.frames().reverse()) {
        const holds = await frame.$(selector).catch(() => null); // The frame may go away while we look.
        if (holds) return frame;
      }
      return undefined;
    });
  }

  /** Text of each terminal that is on screen (its visible lines, from the left to the right). */
  async terminalTexts(): Promise<string[]> {
    const screens = await this.page.locator('.terminal-wrapper.active .xterm-rows').allInnerTexts();
    return screens.map((text) => text.replaceAll('\u00a0', ' '));
  }

  /** Saves what a person would see as out/screenshots/<name>.png. @returns the file's path */
  async screenshot(name: string): Promise<string> {
    await mkdir(screenshotFolder, { recursive: true });
    const path = join(screenshotFolder, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`);
    await this.page.screenshot({ path, animations: 'disabled', caret: 'initial' });
    return path;
  }

  /** Reloads the window, as the command of that name does, and waits until it is up again. */
  async reload(): Promise<void> {
    await this.hosted.reload();
    await this.ready();
  }

  /** Ends the window and the VS Code behind it. */
  async close(): Promise<void> {
    await this.teardown.finish();
  }

  /** The entry with exactly this label in an open pick. */
  choice(label: string): Locator {
    const exactly = new RegExp(`^\\s*${label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
    return this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: exactly }) })
      .first();
  }
}
