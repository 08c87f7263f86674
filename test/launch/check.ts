import type { DemoNames } from '../demo/names';
import { commandTitle } from './commandTitle';
import type { VscodeWindow } from './window';

const showsLimitMs = 120_000;

/**
 * What `npm start -- --check` does in a real window: the demo queue must show in the sidebar, and a demo message in the
 * traffic panel, with the extension installed from its package.
 * @throws an Error that says in a sentence what did not appear, and why
 */
export async function checkDemo(window: VscodeWindow, names: DemoNames): Promise<void> {
  await step('The Redis Messaging sidebar did not open', () => window.openSidebar());
  await step(`The queue ${names.emails} did not show in the sidebar`, () =>
    window.treeItem(lastPart(names.emails)).first().waitFor({ timeout: showsLimitMs }),
  );
  await step(`Subscribing to ${names.orderEvents} from the Command Palette failed`, async () => {
    await window.runCommand(commandTitle('redisMessaging.channel.subscribe'));
    await window.quickInput().fill(names.orderEvents);
    await window.pick(names.orderEvents);
  });
  await step(`No message of ${names.orderEvents} showed in the traffic panel`, async () => {
    const panel = await window.webview('.row.message', showsLimitMs);
    await panel.locator('.row.message', { hasText: 'order_id' }).first().waitFor({ timeout: showsLimitMs });
  });
}

async function step(failure: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new Error(
      `${failure}: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`,
    );
  }
}

/** The tree splits names at `:`, so a row shows the last part only. */
function lastPart(name: string): RegExp {
  return new RegExp(`\\b${name.split(':').at(-1)}\\b`);
}
