import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import type { BuiltInRun } from './builtInProgram';
import { printNote } from './output';
import { numberOption } from './workerConfig';

/** `dropped`: there was no time to finish it. */
export type WorkOutcome = 'done' | 'failed' | 'dropped';

export interface WorkOptions {
  /** What a second Ctrl+C does to the message. */
  readonly dropping: string;
  halfway?(): void;
}

/**
 * Pretends to work on a message for the time that the options name. A message once taken is finished even when Ctrl+C
 * comes meanwhile, since nobody else has it.
 */
export async function simulateWork(
  { config, stop, hurry }: BuiltInRun,
  message: Buffer,
  { dropping, halfway }: WorkOptions,
): Promise<WorkOutcome> {
  const half = numberOption(config, 'workMs') / 2;
  const onStop = (): void =>
    printNote(l10n.t('finishing {0} (Ctrl+C again {1})', displayBytes(message), dropping));
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  try {
    await delay(half, undefined, { signal: hurry });
    halfway?.();
    await delay(half, undefined, { signal: hurry });
  } catch (error) {
    if (!hurry.aborted) throw error;
    return 'dropped';
  } finally {
    stop.removeEventListener('abort', onStop);
  }
  return Math.random() < numberOption(config, 'failureRate') ? 'failed' : 'done';
}
