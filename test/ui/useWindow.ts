import { openWindow, type VscodeWindow } from '../launch/window';
import type { WindowOptions } from '../launch/windowHost';

const openLimitMs = 300_000;

/**
 * Gives the tests of the surrounding `describe` one VS Code window, opened before the first and closed after the last.
 * Whatever the screen shows when a test fails is saved as out/screenshots/failed-<title>.png.
 * @param options asked for just before the window opens, so that servers started by earlier `before` hooks are known
 * @returns gives the window to the tests
 */
export function useWindow(options: () => WindowOptions | Promise<WindowOptions>): () => VscodeWindow {
  let window: VscodeWindow | undefined;

  before('open a window', async function () {
    this.timeout(openLimitMs);
    window = await openWindow(await options());
  });
  afterEach('keep what a failed test saw', async function () {
    const test = this.currentTest;
    if (test?.state === 'failed') await window?.screenshot(`failed-${test.fullTitle()}`);
  });
  after('close the window', async function () {
    this.timeout(openLimitMs);
    await window?.close();
  });

  return () => {
    if (!window) throw new Error('The window is open only while tests run');
    return window;
  };
}
