/**
 * What the extension host and a worker's launcher say to each other over the private local socket, one JSON object a
 * line. The launcher speaks first. `token` is good for one hello; the answer carries the `resume` secret for the next,
 * which a launcher uses when the window was reloaded and a new host listens at the same address. Its `resume` tells
 * all that the launcher knows, so that nothing said while nobody listened is missed.
 */

import type { Endpoint } from './endpoint';

/** A queue, stream, channel or pattern that a worker uses: text, or base64 where the name is no UTF-8. */
export interface WorkerTarget {
  readonly kind: 'queue' | 'stream' | 'channel' | 'pattern';
  readonly name: string | { readonly base64: string };
}

/** What the launcher runs, argv only. Built-in programs get the rest over IPC; the user's own see `env`. */
export interface WorkerCommand {
  /** How the worker is called where it runs, for example "queue worker #1". */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly builtIn?: BuiltInWorkerConfig;
  /** Run whenever the program has ended or was ended: removes what it left elsewhere, for example a container. */
  readonly cleanUp?: CommandLine;
  /** Where signals do not reach what does the work, as in a container: run instead, with the signal (INT) as last argument. */
  readonly signal?: CommandLine;
  /** Its terminal closes with it, as that of a shell does. */
  readonly closeAtEnd?: true;
  /** What the host does when it crashes, to be said then: restarts it up to `most` times in a row, after `crashes` so far. */
  readonly restart?: { readonly most: number; readonly crashes: number };
}

/** A program with its arguments, run in the worker's folder and environment. */
export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
}

/** Configuration of a built-in worker, sent to it over IPC. */
export interface BuiltInWorkerConfig {
  readonly template: string;
  readonly name: string;
  readonly targets: readonly WorkerTarget[];
  readonly connectionName: string;
  readonly endpoint: Endpoint;
  readonly clientName: string;
  /** Program options by name, for example `{ rate: 5, count: 20 }`. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** A built-in worker's count, told at most twice a second. */
export interface WorkerProgress {
  readonly kind: 'progress';
  /** Messages pushed, processed, moved, published or received since it started. */
  readonly done: number;
  /** Of those, over the last seconds. */
  readonly perSecond: number;
  /** Its terminal has taken nothing that it printed for a while. */
  readonly held: boolean;
}

/** What a built-in worker says to its launcher over IPC. */
export type BuiltInReport =
  | WorkerProgress
  /** It has its connection or subscription. Said once. */
  | { readonly kind: 'ready' };

/** What the launcher says to a built-in worker over IPC. */
export type BuiltInMessage =
  | { readonly kind: 'config'; readonly config: BuiltInWorkerConfig; readonly l10n: L10nContents }
  /** Where signals do not exist (Windows): end as on Ctrl+C. */
  | { readonly kind: 'stop' };

/** Localised texts by their English form; empty for English. */
export type L10nContents = Readonly<Record<string, string>>;

export type LauncherMessage =
  | { readonly kind: 'hello'; readonly worker: string; readonly token: string; readonly pid: number }
  | {
      readonly kind: 'resume';
      readonly worker: string;
      readonly resume: string;
      readonly pid: number;
      /** The running program and since when, ms since the epoch. */
      readonly child?: { readonly pid: number; readonly since: number };
      readonly ready: boolean;
      readonly progress?: WorkerProgress;
      readonly end?: WorkerEnd;
    }
  | { readonly kind: 'started'; readonly child: { readonly pid: number; readonly since: number } }
  | { readonly kind: 'notStarted'; readonly reason: string }
  | BuiltInReport
  | { readonly kind: 'ended'; readonly end: WorkerEnd }
  /** Said by another window's host that would listen here: one whose own window is gone makes room. */
  | { readonly kind: 'yield' };

/** How long a worker may take to end, in ms. */
export interface StopLimits {
  /** Between SIGINT and SIGTERM. */
  readonly interruptMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly terminateMs: number;
}

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** It ended within a minute after Ctrl+C was typed. */
  readonly interrupted?: boolean;
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
      readonly l10n: L10nContents;
    }
  /** Renews the lease. Sent only while a window is known to be there. */
  | { readonly kind: 'renew'; readonly leaseMs: number }
  /** Ends the worker: SIGINT, after `interruptMs` SIGTERM, after `terminateMs` more SIGKILL. */
  | ({ readonly kind: 'stop' } & StopLimits)
  | { readonly kind: 'refused'; readonly reason: string }
  /** The answer to `yield` of a host whose window is there. */
  | { readonly kind: 'occupied' };
