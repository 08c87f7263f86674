import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Failure } from '../../src/core/failure';
import type { Endpoint } from '../../src/protocol/endpoint';
import { until } from '../launch/limits';
import { type Connections, failureOf } from '../redis/connections';

/** What every test here sends as the password; it must stand in nothing that is shown, saved or logged. */
export const secret = 'pa55-that-nobody-may-see';

/** An attempt has 9 s; the rest is for a busy machine. */
const limitMs = 20_000;

/**
 * Connects to a loopback port, with {@link secret} as the password unless told otherwise, where no connection can come
 * about. Checks what holds of each such failure: that it comes in time, has a next step and tells no secret.
 */
export async function refusal(
  connections: Connections,
  port: number,
  more: Partial<Endpoint> = {},
): Promise<Failure> {
  const connection = connections.open(port, { password: secret, ...more });
  const since = Date.now();
  const failure = await failureOf(connection.connect());
  assert.ok(Date.now() - since < limitMs, `It took ${Date.now() - since} ms`);
  await until(30_000, 'The state of failure', () =>
    connection.state.kind === 'connecting' ? undefined : true,
  );
  assert.ok(['reconnecting', 'failed'].includes(connection.state.kind), connection.state.kind);
  tellsNoSecret(failure);
  tellsNoSecret(connection.state);
  assert.notEqual(failure.hint, '');
  return failure;
}

/** Looks at message, hint, stack and all causes. */
export function tellsNoSecret(shown: unknown): void {
  const whole = inspect(shown, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  assert.equal(whole.includes(secret), false, 'The password stands in it.');
}
