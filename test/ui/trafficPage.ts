import type { Frame } from 'playwright-core';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import type { VscodeWindow } from '../launch/window';

const stepLimitMs = 15_000;

/** A row as a person sees it. */
export interface ShownRow {
  readonly ordinal: number;
  readonly text: string;
  /** px from the upper edge of the list */
  readonly top: number;
  readonly kind: 'message' | 'gap' | 'loading';
}

/** The traffic panel in a window, driven and read as a person would. */
export class TrafficPage {
  constructor(private readonly window: VscodeWindow) {}

  /**
   * Opens a panel through the Command Palette and waits until it is live.
   * @param connection its name, where there are several to choose from
   */
  async subscribe(names: string, connection?: string): Promise<void> {
    await this.window.openSidebar();
    await this.window.runCommand(commandTitle('redisMessaging.channel.subscribe'));
    if (connection !== undefined) await this.window.pick(connection);
    await this.window.answer(names);
    await this.waitForState('live');
  }

  /** The panel's frame; another one after the panel was hidden or reloaded. */
  frame(): Promise<Frame> {
    return this.window.webview('.status .count', stepLimitMs);
  }

  async waitForState(word: string, limitMs = stepLimitMs): Promise<void> {
    await this.waitForText('.state-word', new RegExp(`^${word}$`), limitMs);
  }

  /** A count of the status line: received, kept, evicted, cut or gaps. */
  async count(name: string): Promise<number | undefined> {
    const text = await this.text(`[data-count="${name}"] .count-value`);
    return text === '' ? undefined : Number(text.replaceAll(',', ''));
  }

  async waitForCount(name: string, value: number, limitMs = stepLimitMs): Promise<void> {
    let last: number | undefined;
    try {
      await until(limitMs, `${name} becoming ${value}`, async () => {
        last = await this.count(name);
        return last === value ? true : undefined;
      });
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}; it was ${last}`);
    }
  }

  /** The rows on screen, from top to bottom. */
  async rows(): Promise<readonly ShownRow[]> {
    return this.read([], (frame) => frame.evaluate<readonly ShownRow[]>(readRows));
  }

  /** Waits until the lowest row on screen contains this text. */
  async waitForLastRow(text: string, limitMs = stepLimitMs): Promise<void> {
    await until(limitMs, `A last row with ${text}`, async () => {
      const rows = await this.rows();
      return rows.at(-1)?.text.includes(text) === true ? true : undefined;
    });
  }

  async waitForText(selector: string, text: string | RegExp, limitMs = stepLimitMs): Promise<string> {
    return until(limitMs, `${selector} saying ${text}`, async () => {
      const now = await this.text(selector);
      return typeof text === 'string'
        ? now.includes(text)
          ? now
          : undefined
        : text.test(now)
          ? now
          : undefined;
    });
  }

  /** All text of the first such element. */
  async text(selector: string): Promise<string> {
    return this.read('', async (frame) => (await frame.locator(selector).allTextContents())[0] ?? '');
  }

  async number(selector: string): Promise<number> {
    return this.read(0, (frame) => frame.locator(selector).count());
  }

  /** Class names of the element that has the focus. */
  async focused(): Promise<string> {
    return this.read('', async (frame) => (await frame.locator(':focus').getAttribute('class')) ?? '');
  }

  async click(selector: string): Promise<void> {
    await (await this.frame()).locator(selector).first().click();
  }

  async press(selector: string, ...keys: string[]): Promise<void> {
    const frame = await this.frame();
    await frame.locator(selector).first().focus();
    for (const key of keys) await frame.page().keyboard.press(key);
  }

  async fill(selector: string, text: string): Promise<void> {
    await (await this.frame()).locator(selector).first().fill(text);
  }

  /** Moves the mouse wheel over the list. */
  async wheel(pixels: number): Promise<void> {
    const frame = await this.frame();
    await frame.locator('.scroller').hover();
    await frame.page().mouse.wheel(0, pixels);
  }

  /** Reads from the panel; `none` while it is being made anew. */
  private async read<Result>(none: Result, reader: (frame: Frame) => Promise<Result>): Promise<Result> {
    const frame = await this.frame();
    try {
      return await reader(frame);
    } catch (error) {
      if (frame.isDetached()) return none;
      throw error;
    }
  }
}

/** Runs in the panel, hence as text: the compiler of the tests knows no browser. */
const readRows = `(() => {
  const box = document.querySelector('.scroller').getBoundingClientRect();
  return [...document.querySelectorAll('.row[data-ordinal]')].flatMap((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom <= box.top + 1 || top >= box.bottom - 1) return [];
    const kind = ['gap', 'loading'].find((name) => row.classList.contains(name)) ?? 'message';
    const text = [...row.querySelectorAll('.cell')].map((cell) => cell.textContent).join(' │ ');
    return [{ ordinal: Number(row.dataset.ordinal), text, top: Math.round(top - box.top), kind }];
  });
})()`;
