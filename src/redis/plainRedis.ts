import { connect } from 'node:net';

const answerLimitMs = 2_000;

/**
 * Whether a server at this port speaks Redis without TLS. Redis takes the greeting of TLS for the beginning of a line and
 * waits for its end, so that only a line of our own tells it from a slow server. Nothing secret is sent.
 */
export function answersPlain(
  host: string,
  port: number,
): { readonly answer: Promise<boolean>; cancel(): void } {
  const socket = connect({ host, port });
  const answer = new Promise<boolean>((resolve) => {
    socket.setTimeout(answerLimitMs, () => socket.destroy());
    socket.once('connect', () => socket.write('PING\r\n'));
    // +PONG, -NOAUTH, -LOADING; TLS answers a line with an alert, whose first byte is neither.
    socket.once('data', (bytes) => {
      resolve(/^[+-][A-Z]/.test(bytes.toString('latin1')));
      socket.destroy();
    });
    socket.once('error', () => undefined);
    socket.once('close', () => resolve(false));
  });
  return { answer, cancel: () => socket.destroy() };
}
