/** TLS settings of an endpoint; certificates as PEM text. */
export interface EndpointTls {
  readonly servername?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * All that is needed to reach one Redis, with its secret. It is handed to the client, the capture thread and the
 * launcher, and to nothing that logs, saves or shows.
 */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Unix socket; where set, host and port are not used. */
  readonly path?: string;
  readonly username?: string;
  readonly password?: string;
  /** Database number. */
  readonly db: number;
  readonly tls?: EndpointTls;
}
