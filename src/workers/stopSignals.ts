import type { BuiltInMessage } from '../protocol/workerLease';
import type { LinkSignals } from './redisLink';

/** For the message at hand when others will end us soon; the launcher waits 3 s between SIGTERM and SIGKILL. */
const lastMessageMs = 2_000;

/** How a built-in worker is asked to end, by the terminal, the system or its launcher. */
export function stopSignals(): LinkSignals {
  const stop = new AbortController();
  const hurry = new AbortController();
  const stopSoon = (): void => {
    stop.abort();
    setTimeout(() => hurry.abort(), lastMessageMs).unref();
  };
  process.on('SIGINT', () => {
    if (hurry.signal.aborted) process.exit(130);
    if (stop.signal.aborted) hurry.abort();
    stop.abort();
  });
  process.on('SIGTERM', stopSoon);
  process.on('SIGHUP', stopSoon);
  // The launcher is gone, and with it whoever could stop us.
  process.on('disconnect', stopSoon);
  process.on('message', (message) => {
    if ((message as BuiltInMessage).kind === 'stop') stop.abort();
  });
  // The terminal may be gone before us.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return { stop: stop.signal, hurry: hurry.signal };
}
