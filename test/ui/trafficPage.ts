import type { Frame } from 'playwright-core';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { stepLimitMs, type VscodeWindow } from '../launch/window';

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

  /** The rows once they have their text and stand still, as lines that hold their place, too. */
  async settledRows(): Promise<string[]> {
    let last: string | undefined;
    let same = 0;
    return until(stepLimitMs, 'The rows settling', async () => {
      await this.drawn();
      const rows = await this.rows();
      const now = rows.map((row) => `${row.top} ${row.ordinal} ${row.text}`);
      same = now.join('\n') === last ? same + 1 : 0;
      last = now.join('\n');
      return same >= 3 && rows.length > 0 && rows.every((row) => row.kind !== 'loading') ? now : undefined;
    });
  }

  /** Waits until the rows on screen have their text and are as wanted. @returns them */
  async waitForRows(
    what: string,
    fits: (texts: readonly string[], rows: readonly ShownRow[]) => boolean,
  ): Promise<readonly ShownRow[]> {
    let last: readonly ShownRow[] = [];
    try {
      return await until(stepLimitMs, what, async () => {
        last = await this.rows();
        const texts = last.map((row) => row.text);
        return last.every((row) => row.kind !== 'loading') && fits(texts, last) ? last : undefined;
      });
    } catch (error) {
      const shown = last.map((row) => `${row.kind} ${row.top} ${row.ordinal} ${row.text}`).join('\n');
      throw new Error(`${what} did not come, but:\n${shown}`, { cause: error });
    }
  }

  /** Waits until the rows stand as they stood before: their text, their order and their places. */
  async waitForSettledRows(expected: readonly string[]): Promise<void> {
    await this.waitForRows('The rows in their places', (_, rows) => {
      const now = rows.map((row) => `${row.top} ${row.ordinal} ${row.text}`);
      return now.join('\n') === expected.join('\n');
    });
  }

  /** Waits until the newest gap on screen says this. */
  async waitForGap(text: RegExp): Promise<void> {
    await this.waitForRows(`A gap that says ${text}`, (_, rows) =>
      text.test(rows.filter((row) => row.kind === 'gap').at(-1)?.text ?? ''),
    );
  }

  /** Waits until so many elements of the panel match. */
  async waitForNumber(selector: string, wanted: number): Promise<void> {
    let last: number | undefined;
    await until(stepLimitMs, `${wanted} of ${selector}`, async () => {
      last = await this.number(selector);
      return last === wanted ? true : undefined;
    }).catch((error: unknown) => {
      throw new Error(`There are ${last} of ${selector}, not ${wanted}`, { cause: error });
    });
  }

  /** Waits until an element with such class names has the focus. */
  async waitForFocus(names: RegExp): Promise<void> {
    let last = '';
    await until(stepLimitMs, `The focus on ${names}`, async () => {
      last = await this.focused();
      return names.test(last) ? true : undefined;
    }).catch((error: unknown) => {
      throw new Error(`The focus is not on ${names} but on "${last}"`, { cause: error });
    });
  }

  /** Waits until no panel is in sight. */
  async waitUntilGone(): Promise<void> {
    await until(stepLimitMs, 'The panel going away', async () => {
      const frames = this.window.page.frames();
      const there = await Promise.all(frames.map((frame) => frame.$('.status .count').catch(() => null)));
      return there.every((element) => element === null) ? true : undefined;
    });
  }

  /** Closes all panels, and waits until they are gone. */
  async close(): Promise<void> {
    await this.window.runCommand('View: Close All Editors');
    await this.waitUntilGone();
  }

  /** Waits for the next two drawings: what stands still meanwhile does so not because nothing was drawn. */
  private async drawn(): Promise<void> {
    await this.read(undefined, (frame) =>
      frame.evaluate<undefined>(
        'new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(() => next(undefined))))',
      ),
    );
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
    return this.read('', async (frame) => {
      const focused = frame.locator(':focus');
      return (await focused.count()) === 0 ? '' : ((await focused.getAttribute('class')) ?? '');
    });
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
