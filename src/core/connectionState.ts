import type { Failure } from './failure';

/**
 * Where a client stands. Every failed state names its cause; `reconnecting` also the time (ms since the epoch) of the
 * next attempt.
 */
export type ConnectionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'reconnecting'; readonly cause: Failure; readonly nextAttemptAt: number }
  | { readonly kind: 'failed'; readonly cause: Failure };
