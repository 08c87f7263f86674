import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Where the demo plays, and until when. */
export interface Stage {
  readonly url: string;
  readonly ended: AbortSignal;
}

/** Opens a connection under a name that the server's client list shows. */
export function connectAs(stage: Stage, name: string): Redis {
  const client = new Redis(stage.url, { connectionName: name, maxRetriesPerRequest: null });
  let lastMessage = '';
  client.on('error', (error: Error) => {
    // The client tries again by itself, many times: once is enough to read.
    if (error.message !== lastMessage) console.error(`${name}: ${error.message}`);
    lastMessage = error.message;
  });
  stage.ended.addEventListener('abort', () => client.disconnect());
  return client;
}

/**
 * Plays one part until the demo ends: `step` again and again, with its own pauses. A step that fails, because Redis was
 * restarted or a key was changed by whoever tries the demo, is named and tried again a second later.
 */
export async function play(stage: Stage, part: string, step: () => Promise<void>): Promise<void> {
  while (!stage.ended.aborted) {
    try {
      await step();
    } catch (error) {
      if (stage.ended.aborted) return;
      console.error(`${part}: ${error instanceof Error ? error.message : String(error)}`);
      await pause(stage, 1_000);
    }
  }
}

/** Waits `ms` milliseconds, or less when the demo ends. */
export async function pause(stage: Stage, ms: number): Promise<void> {
  await delay(ms, undefined, { signal: stage.ended }).catch(() => undefined);
}

/** One of several, in turn. */
export function inTurn<T>(choices: readonly [T, ...T[]], count: number): T {
  return choices[count % choices.length] ?? choices[0];
}
