import type { StopLimits } from '../../protocol/workerLease';
import { setting } from '../settings';

/** For a killed program to be told of. */
const killedLimitMs = 5_000;

/** How long a worker lives on after its host was last heard of, in ms. */
export function leaseMs(): number {
  return setting('worker.leaseSeconds') * 1_000;
}

/** How long a worker may take to end after each signal. */
export function stopLimits(): StopLimits {
  return {
    interruptMs: setting('worker.interruptSeconds') * 1_000,
    terminateMs: setting('worker.terminateSeconds') * 1_000,
  };
}

/** Within how many ms a worker has ended that is stopped with these limits. */
export function wholeMs({ interruptMs, terminateMs }: StopLimits): number {
  return interruptMs + terminateMs + killedLimitMs;
}
