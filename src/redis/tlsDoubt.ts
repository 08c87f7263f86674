import { endpointLabel } from '../core/endpoint';
import type { Failure } from '../core/failure';
import type { Endpoint } from '../protocol/endpoint';
import { answersPlain } from './plainRedis';
import { speaksNoTls } from './tlsFailure';

/** A TLS handshake that takes longer may be one with a server that speaks none. */
const doubtAfterMs = 1_500;

/**
 * Asks whether a server that lets the TLS handshake hang speaks Redis without TLS, as plain Redis does. Of use to one
 * attempt to connect at a time; does nothing where the endpoint asks for no TLS.
 */
export class TlsDoubt {
  private timer: NodeJS.Timeout | undefined;
  private probe: ReturnType<typeof answersPlain> | undefined;

  /** @param confirmed told why the attempt will not succeed, unless it was stopped before */
  constructor(
    private readonly endpoint: Endpoint,
    private readonly confirmed: (failure: Failure) => void,
  ) {}

  /** An attempt begins. */
  start(): void {
    this.stop();
    const { tls, path } = this.endpoint;
    if (tls !== undefined && path === undefined) this.timer = setTimeout(() => void this.ask(), doubtAfterMs);
  }

  /** The attempt is over, however it went. */
  stop(): void {
    clearTimeout(this.timer);
    this.probe?.cancel();
    this.probe = undefined;
  }

  private async ask(): Promise<void> {
    const { host, port } = this.endpoint;
    const probe = answersPlain(host, port);
    this.probe = probe;
    const isPlain = await probe.answer;
    if (isPlain && this.probe === probe) this.confirmed(speaksNoTls(endpointLabel(this.endpoint)));
  }
}
