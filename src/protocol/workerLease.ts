/**
 * What the extension host and a worker's launcher say to each other over the private local socket, one JSON object a
 * line. The launcher speaks first. `token` is good for one hello; the answer carries the `resume` secret for the next,
 * which a launcher uses when the window was reloaded and a new host listens at the same address.
 */

/** Redis as a worker needs it. Travels only over the lease socket and, for built-in workers, the IPC channel. */
export interface WorkerEndpoint {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly tls?: {
    readonly servername?: string;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  };
}

/** What the launcher runs. Built-in programs get the rest over IPC; scripts get `env`. */
export interface WorkerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly builtIn?: BuiltInWorkerConfig;
}

/** Configuration of a built-in worker, sent to it over IPC. */
export interface BuiltInWorkerConfig {
  readonly template: string;
  /** Queue, stream or channel name: text, or base64 where it is no UTF-8. */
  readonly target: string | { readonly base64: string };
  readonly connectionName: string;
  readonly endpoint: WorkerEndpoint;
  readonly clientName: string;
  /** Program options by name, for example `{ rate: 5, count: 20 }`. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Localised texts by their English form. */
  readonly l10n: Readonly<Record<string, string>>;
}

export type LauncherMessage =
  | { readonly kind: 'hello'; readonly worker: string; readonly token: string; readonly pid: number }
  | {
      readonly kind: 'resume';
      readonly worker: string;
      readonly resume: string;
      readonly pid: number;
      readonly childPid?: number;
      readonly ended?: WorkerEnd;
    }
  | { readonly kind: 'started'; readonly childPid: number }
  | { readonly kind: 'notStarted'; readonly reason: string }
  | { readonly kind: 'ended'; readonly end: WorkerEnd }
  | { readonly kind: 'beat' };

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** Last lines of stderr, bounded. */
  readonly stderrTail: string;
  /** ms since the epoch. */
  readonly at: number;
}

export type HostMessage =
  | {
      readonly kind: 'run';
      readonly command: WorkerCommand;
      readonly resume: string;
      readonly leaseMs: number;
    }
  /** Renews the lease. Sent only while a window is known to be there. */
  | { readonly kind: 'renew'; readonly leaseMs: number }
  /** Ends the worker: SIGINT, then SIGTERM, then SIGKILL. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'refused'; readonly reason: string };
