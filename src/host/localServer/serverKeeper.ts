import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import { cancelled } from '../../core/failure';
import { launcherTerminal, type WorkerRuntime } from '../../core/workerLaunch';
import type { LauncherMessage, WorkerCommand, WorkerEnd } from '../../protocol/workerLease';
import type { LeaseEvents } from '../workers/leaseEvents';
import { LeaseServer } from '../workers/leaseServer';
import { isAlive, readRecord, recordFile, type ServerRecord } from './leftServers';
import { ServerRecords } from './serverRecords';

/** A keeper that lost its socket tries again every 500 ms; one that is not back after this long is gone. */
const lostAfterMs = 4_000;
/** SIGINT, 5 s, SIGTERM, 5 s, SIGKILL, 10 s for removing a container, and a little more. */
const endLimitMs = 23_000;

/** What is to be run. */
export type KeptProgram = Omit<ServerRecord, 'version' | 'resumeHash' | 'keeper'>;

/** The server of this window, as far as its keeper told. */
export interface KeptServer extends KeptProgram {
  /** `resuming`: left by the last host of this window, and not heard of yet. */
  readonly state: 'resuming' | 'starting' | 'running';
  /** Once it runs. */
  readonly pid?: number;
}

/** How a server ended. */
export interface ServerEnd {
  readonly server: KeptServer;
  readonly how: string;
  /** It was asked to end. */
  readonly wanted: boolean;
}

export interface KeeperOptions {
  readonly runtime: WorkerRuntime;
  /** Where the record is kept; also names the workspace. */
  readonly folder: string;
  leaseMs(): number;
  /** A round trip to the window. */
  reachWindow(): Promise<unknown>;
}

/** A server saves its data when it is asked to end. */
const stopLimits = { interruptMs: 5_000, terminateMs: 5_000 };

/**
 * Keeps at most one server for this window, under the launcher that also runs the workers: it holds a lease, so a reloaded
 * window takes the server over, and without a window it ends.
 */
export class ServerKeeper implements LeaseEvents, vscode.Disposable {
  private readonly lease: LeaseServer;
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly ends = new vscode.EventEmitter<ServerEnd>();
  private opening: Promise<number> | undefined;
  private kept: KeptServer | undefined;
  private known: Pick<ServerRecord, 'resumeHash' | 'keeper'> | undefined;
  private away: NodeJS.Timeout | undefined;
  private ending = false;
  private readonly records: ServerRecords;

  readonly onDidChange = this.changes.event;
  readonly onDidEnd = this.ends.event;

  constructor(private readonly options: KeeperOptions) {
    this.records = new ServerRecords(options.folder, () => this.open());
    this.lease = new LeaseServer({
      workspace: `local-redis ${options.folder}`,
      leaseMs: options.leaseMs,
      reachWindow: options.reachWindow,
      resumeHash: (id) => (this.kept?.id === id ? this.known?.resumeHash : undefined),
      l10n: () => vscode.l10n.bundle ?? {},
      events: this,
    });
  }

  get server(): KeptServer | undefined {
    return this.kept;
  }

  /** Listens, and expects back what the last host of this window left. Returns which of the workspace's windows this is. */
  open(): Promise<number> {
    this.opening ??= this.openFirst().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /** Starts the keeper, and under it the program; what both write goes to the end of the log file. */
  async start(program: KeptProgram, command: WorkerCommand, logFile: string): Promise<void> {
    await this.open();
    const { id } = program;
    this.ending = false;
    this.known = undefined;
    this.set({ ...program, state: 'starting' });
    const token = this.lease.expect(id, () => Promise.resolve(command));
    const lease = { address: this.lease.address, worker: id, token };
    const { shellPath, shellArgs, env } = launcherTerminal(command.name, this.options.runtime, lease);
    const log = await open(logFile, 'a');
    try {
      const keeper: ChildProcess = spawn(shellPath, [...shellArgs], {
        // A group of its own: it is to outlive this host for as long as its lease.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: { ...programEnvironment(), ...env },
        windowsHide: true,
      });
      keeper.once('exit', () => this.expectBack(id));
      await once(keeper, 'spawn');
      keeper.unref();
    } catch (error) {
      this.ended(id, undefined);
      throw error;
    } finally {
      await log.close();
    }
  }

  /**
   * Resolves with true once the server fulfils the condition, with false after the limit.
   * @throws {Failure} `cancelled`
   */
  until(
    condition: (server: KeptServer | undefined) => boolean,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        clearTimeout(limit);
        subscription.dispose();
        signal?.removeEventListener('abort', abort);
        then();
      };
      const check = (): void => {
        if (condition(this.kept)) settle(() => resolve(true));
      };
      const abort = (): void => settle(() => reject(cancelled()));
      const limit = setTimeout(() => settle(() => resolve(false)), limitMs);
      const subscription = this.onDidChange(check);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
      else check();
    });
  }

  /** Ends the server, gently first. Returns false when it is still there after 23 s. */
  async end(): Promise<boolean> {
    const { kept } = this;
    if (kept === undefined) return true;
    this.ending = true;
    if (!this.lease.stop(kept.id, stopLimits)) {
      // Its keeper has not come yet, and is refused when it does; or it is away, and ends with its lease.
      this.lease.forget(kept.id);
      this.ended(kept.id, undefined);
      return true;
    }
    return this.until((server) => server?.id !== kept.id, endLimitMs);
  }

  /** Notes by which connection the server is reached. */
  connected(connection: string): void {
    if (this.kept === undefined) return;
    this.set({ ...this.kept, connection });
    this.remember();
  }

  accepted(id: string, keeper: number, resumeHash: string): void {
    if (this.kept?.id !== id) return;
    this.known = { keeper, resumeHash };
    this.remember();
  }

  resumed(id: string, launcher: Extract<LauncherMessage, { kind: 'resume' }>): void {
    this.back();
    if (launcher.end !== undefined) this.ended(id, launcher.end);
    else if (launcher.child !== undefined) this.started(id, launcher.child);
  }

  started(id: string, { pid }: { readonly pid: number }): void {
    this.back();
    if (this.kept?.id === id) this.set({ ...this.kept, state: 'running', pid });
  }

  notStarted(id: string, reason: string): void {
    this.finish(id, reason);
  }

  ready(): void {
    // Said by our own programs only.
  }

  progress(): void {
    // Said by our own programs only.
  }

  /** @param end undefined where nobody told how. */
  ended(id: string, end: WorkerEnd | undefined): void {
    this.finish(id, howItEnded(end));
    this.records.forget();
  }

  disconnected(id: string): void {
    this.expectBack(id);
  }

  /** Lets go of the server without ending it: a reloaded window takes it over, and otherwise its lease lapses. */
  dispose(): void {
    this.back();
    this.lease.dispose();
    this.changes.dispose();
    this.ends.dispose();
  }

  private async openFirst(): Promise<number> {
    const slot = await this.lease.open();
    const record = await readRecord(recordFile(this.options.folder, slot));
    if (record === undefined || !isAlive(record.keeper)) return slot;
    const { resumeHash, keeper, version: _, ...program } = record;
    this.known = { resumeHash, keeper };
    this.set({ ...program, state: 'resuming' });
    this.expectBack(program.id);
    return slot;
  }

  private set(server: KeptServer): void {
    this.kept = server;
    this.changes.fire();
  }

  private finish(id: string, how: string): void {
    const { kept } = this;
    if (kept?.id !== id) return;
    this.back();
    this.kept = undefined;
    this.known = undefined;
    this.ends.fire({ server: kept, how, wanted: this.ending });
    this.changes.fire();
  }

  /** The record stays: where a host of a reloaded window has taken over, it is that host's by now. */
  private expectBack(id: string): void {
    if (this.kept?.id !== id) return;
    this.back();
    this.away = setTimeout(() => this.finish(id, vscode.l10n.t('its keeper is gone')), lostAfterMs);
  }

  private back(): void {
    clearTimeout(this.away);
  }

  private remember(): void {
    const { kept, known } = this;
    if (kept === undefined || known === undefined) return;
    const { state: _state, pid: _pid, ...program } = kept;
    this.records.write({ version: 1, ...program, ...known });
  }
}

/** This host's environment without what is meant for VS Code's own processes. */
function programEnvironment(): NodeJS.ProcessEnv {
  const own = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function howItEnded(end: WorkerEnd | undefined): string {
  if (end === undefined) return vscode.l10n.t('it did not start');
  return end.signal === null
    ? vscode.l10n.t('exit code {0}', end.code ?? 0)
    : vscode.l10n.t('ended by {0}', end.signal);
}
