import type { DemoNames } from '../demo/names';
import type { VscodeWindow } from './window';

const showsLimitMs = 60_000;

/**
 * What `npm start -- --check` does in a real window: the demo queue must show in the sidebar, and a demo message in the
 * traffic panel, with the extension installed from its package.
 * @throws an Error that says what did not appear
 */
export async function checkDemo(window: VscodeWindow, names: DemoNames): Promise<void> {
  await window.openSidebar('Redis Messaging');
  await window.treeItem(lastPart(names.emails)).first().waitFor({ timeout: showsLimitMs });

  await window.runCommand('Redis Messaging: Subscribe to Channel…');
  await window.answer(names.orderEvents);
  const panel = await window.webview('.row.message', showsLimitMs);
  const message = panel.locator('.row.message', { hasText: 'order_id' }).first();
  await message.waitFor({ timeout: showsLimitMs });
}

/** The tree splits names at `:`, so a row shows the last part only. */
function lastPart(name: string): RegExp {
  return new RegExp(`\\b${name.split(':').at(-1)}\\b`);
}
