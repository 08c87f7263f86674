import type { Connection } from '../../src/core/connection';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs, type VscodeWindow } from '../launch/window';
import { useWindow } from './useWindow';

/**
 * Gives the tests of the surrounding `describe` a Redis, a client of it and a window in which it is the connection "local".
 * @param database of the client
 * @param settings of scope `machine`, besides the connection; asked for just before the window opens
 */
export function useTutorial(
  height: number,
  database = 0,
  settings: () => Promise<Record<string, unknown>> = async () => ({}),
): { readonly window: () => VscodeWindow; readonly port: () => Connection } {
  const teardown = new Teardown();
  let url = '';
  let port: Connection | undefined;

  before('start Redis', async () => {
    const redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    url = `${redis.url}/0`;
    const client = openConnection({ host: redis.host, port: redis.port, db: database }, 'test');
    port = client;
    await client.connect();
    teardown.add('the client', async () => client.dispose());
  });
  after('end Redis', () => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'tutorial'),
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url }],
      ...(await settings()),
    },
    size: { width: 1_800, height },
  }));

  return {
    window,
    port: () => {
      if (port === undefined) throw new Error('The client is there only while tests run');
      return port;
    },
  };
}

/** The text of the only terminal among these that holds this. @throws an Error with what there was */
export function terminalOf(texts: readonly string[], mark: string): string {
  const found = texts.filter((text) => unbroken(text).includes(unbroken(mark)));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new Error(`${found.length} terminals have "${mark}":\n${texts.join('\n────\n')}`);
}

/** Waits until a terminal on screen shows this, however its lines are broken. @returns its text */
export async function untilTerminal(window: VscodeWindow, mark: string): Promise<string> {
  let last: readonly string[] = [];
  return until(stepLimitMs, `"${mark}" in a terminal`, async () => {
    last = await window.terminalTexts();
    return last.find((text) => unbroken(text).includes(unbroken(mark)));
  }).catch((error: unknown) => {
    throw new Error(`No terminal shows "${mark}":\n${last.join('\n────\n')}`, { cause: error });
  });
}

/**
 * Waits until the texts of the terminals on screen pass a check: each terminal is drawn on its own, so that one may lie
 * behind another. @throws what the check throws at last
 */
export async function untilTerminals(
  window: VscodeWindow,
  check: (texts: readonly string[]) => void,
): Promise<void> {
  let problem: unknown;
  await until(stepLimitMs, 'The terminals', async () => {
    const texts = await window.terminalTexts();
    try {
      check(texts);
      return true;
    } catch (error) {
      problem = error;
      return undefined;
    }
  }).catch((error: unknown) => {
    throw problem ?? error;
  });
}

/** A text without blanks and line breaks, which depend on the width of a terminal. */
export function unbroken(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
