/** The peer sent bytes that no Redis sends. The message is for the log. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  constructor(what: string) {
    super(`Protocol error: ${what}`);
  }
}
