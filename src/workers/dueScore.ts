import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import { textOption } from './workerConfig';

/** A time (ms since 1970) as a score of the sorted set of delayed messages, in the unit that the option names. */
export function dueScore(config: BuiltInWorkerConfig, atMs: number): string {
  return textOption(config, 'unit') === 'seconds' ? (atMs / 1_000).toFixed(3) : String(Math.round(atMs));
}
