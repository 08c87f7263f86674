import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { launcherTerminal, type WorkerRuntime, workerLaunch } from '../../src/core/workerLaunch';
import { templateDescriptions, type WorkerTemplate, workerOptions } from '../../src/core/workerTemplates';
import type { LeaseEvents } from '../../src/host/workers/leaseEvents';
import { LeaseServer } from '../../src/host/workers/leaseServer';
import type { Endpoint } from '../../src/protocol/endpoint';
import type { LauncherMessage, WorkerCommand, WorkerEnd } from '../../src/protocol/workerLease';
import { until } from '../launch/limits';
import { root } from '../launch/paths';
import { type PtyProcess, startOnPty } from './ptyProcess';

export const runtime: WorkerRuntime = {
  node: process.execPath,
  script: join(root, 'dist', 'workers.js'),
  electron: false,
};

type Event = { readonly worker: string } & (
  | { readonly kind: 'accepted'; readonly pid: number; readonly hash: string }
  | { readonly kind: 'resumed'; readonly launcher: Extract<LauncherMessage, { kind: 'resume' }> }
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'notStarted'; readonly reason: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly done: number; readonly held: boolean }
  | { readonly kind: 'ended'; readonly end: WorkerEnd }
  | { readonly kind: 'disconnected' }
);

export interface WorkerHostOptions {
  readonly leaseMs?: number;
  /** The same for hosts of one window. */
  readonly workspace?: string;
  /** What an earlier host knew. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** False: the window is gone and answers nothing. */
  readonly windowIsThere?: () => boolean;
}

/** The extension host's side of the leases without VS Code around it, and terminals without windows. */
export class WorkerHost {
  readonly workspace: string;
  readonly events: Event[] = [];
  readonly hashes = new Map<string, string>();
  private readonly lease: LeaseServer;
  private readonly terminals: PtyProcess[] = [];

  constructor(options: WorkerHostOptions = {}) {
    this.workspace = options.workspace ?? `test-${randomBytes(6).toString('hex')}`;
    for (const [worker, hash] of options.hashes ?? []) this.hashes.set(worker, hash);
    const there = options.windowIsThere ?? (() => true);
    this.lease = new LeaseServer({
      workspace: this.workspace,
      leaseMs: () => options.leaseMs ?? 20_000,
      reachWindow: () => (there() ? Promise.resolve() : new Promise(() => undefined)),
      resumeHash: (worker) => this.hashes.get(worker),
      l10n: () => ({}),
      events: this.recorder(),
    });
  }

  /** Which window of the workspace this is. */
  open(): Promise<number> {
    return this.lease.open();
  }

  get address(): string {
    return this.lease.address;
  }

  /** Opens a terminal with a launcher that will ask for this command. */
  async launch(worker: string, command: WorkerCommand | (() => Promise<WorkerCommand>)): Promise<PtyProcess> {
    await this.open();
    const token = this.lease.expect(worker, typeof command === 'function' ? command : async () => command);
    return this.launchWithToken(worker, token);
  }

  /** Opens a terminal whose launcher comes with this token. */
  async launchWithToken(worker: string, token: string): Promise<PtyProcess> {
    const terminal = launcherTerminal(worker, runtime, { address: this.address, worker, token });
    const pty = await startOnPty(terminal.shellPath, terminal.shellArgs, terminal.env);
    this.terminals.push(pty);
    return pty;
  }

  /** Starts a launcher without a terminal. Returns its process id. */
  async launchDetached(worker: string, command: WorkerCommand): Promise<number> {
    await this.open();
    const token = this.lease.expect(worker, async () => command);
    const terminal = launcherTerminal(worker, runtime, { address: this.address, worker, token });
    const launcher = spawn(terminal.shellPath, [...terminal.shellArgs], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...terminal.env },
    });
    return launcher.pid ?? 0;
  }

  /** Runs something else in the terminal of a worker that has ended. */
  runAgain(worker: string, command: WorkerCommand | (() => Promise<WorkerCommand>)): boolean {
    this.events.length = 0;
    return this.lease.runAgain(worker, typeof command === 'function' ? command : async () => command);
  }

  stop(worker: string, limits = { interruptMs: 5_000, terminateMs: 5_000 }): void {
    this.lease.stop(worker, limits);
  }

  /** The first event of this kind about a worker. */
  async event<Kind extends Event['kind']>(
    worker: string,
    kind: Kind,
    limitMs = 30_000,
  ): Promise<Extract<Event, { kind: Kind }>> {
    try {
      return await until(limitMs, `${worker} ${kind}`, () =>
        this.events.find(
          (event): event is Extract<Event, { kind: Kind }> => event.worker === worker && event.kind === kind,
        ),
      );
    } catch (error) {
      const screens = this.terminals.map((terminal) => terminal.output()).join('\n──\n');
      throw new Error(`${(error as Error).message}; events: ${JSON.stringify(this.events)}\n${screens}`);
    }
  }

  /** As when the extension host ends: nobody listens any more. */
  dispose(): void {
    this.lease.dispose();
  }

  /** Also closes the terminals. */
  async end(): Promise<void> {
    this.dispose();
    for (const terminal of this.terminals) terminal.hangUp();
    await Promise.all(this.terminals.map(({ ended }) => ended));
  }

  private recorder(): LeaseEvents {
    const note = (event: Event): void => {
      this.events.push(event);
    };
    return {
      accepted: (worker, pid, hash) => {
        this.hashes.set(worker, hash);
        note({ kind: 'accepted', worker, pid, hash });
      },
      resumed: (worker, launcher) => note({ kind: 'resumed', worker, launcher }),
      started: (worker, { pid }) => note({ kind: 'started', worker, pid }),
      notStarted: (worker, reason) => note({ kind: 'notStarted', worker, reason }),
      ready: (worker) => note({ kind: 'ready', worker }),
      progress: (worker, { done, held }) => note({ kind: 'progress', worker, done, held }),
      ended: (worker, end) => note({ kind: 'ended', worker, end }),
      disconnected: (worker) => note({ kind: 'disconnected', worker }),
    };
  }
}

/** The command of a built-in worker on a Redis of the test's. */
export function builtIn(
  template: WorkerTemplate,
  target: string | readonly string[],
  endpoint: Endpoint,
  options: Readonly<Record<string, unknown>> = {},
  number = 1,
): WorkerCommand {
  const kind = templateDescriptions[template].targetKind;
  return workerLaunch(
    {
      program: { kind: 'builtIn', template, options: workerOptions(template, options) },
      group: 'group-1',
      number,
      targets: [target].flat().map((name) => ({ kind, name })),
      connectionName: 'test',
      endpoint,
    },
    runtime,
  );
}

/** A program of the user's: this JavaScript, run by Node. */
export function userProgram(code: string, ...args: string[]): WorkerCommand {
  return { name: 'script #1', program: process.execPath, args: ['-e', code, '--', ...args], env: {} };
}
