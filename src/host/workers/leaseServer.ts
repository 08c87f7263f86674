import type { Socket } from 'node:net';
import * as l10n from '@vscode/l10n';
import type { L10nContents, LauncherMessage, StopLimits, WorkerCommand } from '../../protocol/workerLease';
import { hear, refuse, say } from './launcherSocket';
import { type LeaseEvents, tell } from './leaseEvents';
import { LeaseListener } from './leaseListener';
import { matches, newSecret, sha256 } from './leaseSecrets';

/** A stranger who says nothing is shown out. */
const greetingLimitMs = 5_000;
/** A window answers in a few ms; one that does not is gone. */
const windowLimitMs = 3_000;

export interface LeaseServerOptions {
  /** Names the workspace; see leaseAddress. */
  readonly workspace: string;
  leaseMs(): number;
  /** Resolves when the window has answered; does not when there is none any more. */
  reachWindow(): Promise<unknown>;
  /** What an earlier host of this window was told by `accepted`. */
  resumeHash(worker: string): string | undefined;
  l10n(): L10nContents;
  readonly events: LeaseEvents;
}

interface Launcher {
  readonly socket: Socket;
  readonly pid: number;
}

interface Handover {
  readonly launcher: Launcher;
  /** The launcher has run something before: it stays, with what that said on its screen. */
  readonly known: boolean;
}

interface Expected {
  readonly tokenHash: string;
  readonly command: () => Promise<WorkerCommand>;
}

/**
 * The extension host's side of the leases. It hands each launcher its command once, for a one-time token, and renews the
 * leases only while a window is there: an extension host lives on for minutes after its browser was closed.
 */
export class LeaseServer {
  private readonly listener: LeaseListener;
  private readonly expected = new Map<string, Expected>();
  private readonly launchers = new Map<string, Launcher>();
  /** Workers whose command is being made. */
  private readonly preparing = new Map<string, Handover>();
  private renewal: NodeJS.Timeout | undefined;
  private disposed = false;

  constructor(private readonly options: LeaseServerOptions) {
    this.listener = new LeaseListener(options.workspace, (socket) => this.accept(socket));
  }

  /** Listens, if it does not yet. Returns which of the workspace's windows this is, from 0. */
  open(): Promise<number> {
    return this.listener.open();
  }

  get address(): string {
    return this.listener.address;
  }

  /** Awaits a launcher for this worker. Returns the token that its terminal carries. */
  expect(worker: string, command: () => Promise<WorkerCommand>): string {
    const token = newSecret();
    this.forget(worker);
    this.expected.set(worker, { tokenHash: sha256(token), command });
    return token;
  }

  /** Speaks no more to the launcher of this worker, whose lease then lapses unless its terminal is closed first. */
  forget(worker: string): void {
    this.expected.delete(worker);
    this.preparing.delete(worker);
    const launcher = this.launchers.get(worker);
    this.launchers.delete(worker);
    launcher?.socket.destroy();
  }

  /**
   * Gives the launcher of an ended worker something new to run, in the same terminal. Returns false when it is not
   * connected.
   */
  runAgain(worker: string, command: () => Promise<WorkerCommand>): boolean {
    const launcher = this.launchers.get(worker);
    if (launcher === undefined) return false;
    void this.handOver(worker, { launcher, known: true }, command);
    return true;
  }

  /**
   * Asks a worker to end, gently first; one that has no command yet gets none.
   * @returns false when its launcher is not connected
   */
  stop(worker: string, limits: StopLimits): boolean {
    const launcher = this.launchers.get(worker);
    if (launcher === undefined) return false;
    const handover = this.preparing.get(worker);
    if (handover?.launcher === launcher) {
      this.preparing.delete(worker);
      this.giveNothing(worker, handover, l10n.t('It was stopped before it had started.'));
    } else say(launcher.socket, { kind: 'stop', ...limits });
    return true;
  }

  /** Lets go of all launchers, without ending their workers: the next host may take them over. */
  dispose(): void {
    this.disposed = true;
    clearTimeout(this.renewal);
    this.release();
    this.launchers.clear();
  }

  private release(): void {
    // Before the sockets: launchers come back at once, and not to us.
    this.listener.close();
    for (const { socket } of this.launchers.values()) socket.destroy();
  }

  private accept(socket: Socket): void {
    let worker: string | undefined;
    const limit = setTimeout(() => socket.destroy(), greetingLimitMs);
    hear(socket, (message) => {
      if (worker !== undefined) {
        tell(this.options.events, worker, message);
        return;
      }
      clearTimeout(limit);
      worker = this.greet(socket, message);
    });
    // 'close' follows and says all that matters.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(limit);
      if (worker === undefined || this.launchers.get(worker)?.socket !== socket) return;
      this.launchers.delete(worker);
      if (!this.disposed) this.options.events.disconnected(worker);
    });
  }

  /** The first message of a socket. Returns the worker whose launcher it is. */
  private greet(socket: Socket, message: LauncherMessage): string | undefined {
    switch (message.kind) {
      case 'hello':
        return this.welcome(socket, message);
      case 'resume':
        return this.welcomeBack(socket, message);
      case 'yield':
        void this.yieldTo(socket);
        return undefined;
      default:
        socket.destroy();
        return undefined;
    }
  }

  private welcome(socket: Socket, hello: Extract<LauncherMessage, { kind: 'hello' }>): string | undefined {
    const expected = this.expected.get(hello.worker);
    if (expected === undefined || !matches(hello.token, expected.tokenHash)) return refuse(socket);
    this.expected.delete(hello.worker);
    const launcher = { socket, pid: hello.pid };
    this.take(hello.worker, launcher);
    // Making the command may take its time.
    say(socket, { kind: 'renew', leaseMs: this.options.leaseMs() });
    void this.handOver(hello.worker, { launcher, known: false }, expected.command);
    return hello.worker;
  }

  private async handOver(
    worker: string,
    handover: Handover,
    makeCommand: () => Promise<WorkerCommand>,
  ): Promise<void> {
    const { socket, pid } = handover.launcher;
    const isOff = (): boolean => this.preparing.get(worker) !== handover;
    this.preparing.set(worker, handover);
    try {
      const command = await makeCommand();
      if (isOff() || this.launchers.get(worker) !== handover.launcher) return;
      const resume = newSecret();
      this.options.events.accepted(worker, pid, sha256(resume));
      say(socket, {
        kind: 'run',
        command,
        resume,
        leaseMs: this.options.leaseMs(),
        l10n: this.options.l10n(),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!isOff()) this.giveNothing(worker, handover, reason);
    } finally {
      if (!isOff()) this.preparing.delete(worker);
    }
  }

  private giveNothing(worker: string, { launcher, known }: Handover, reason: string): void {
    this.options.events.notStarted(worker, reason);
    if (!known) refuse(launcher.socket, reason);
  }

  private welcomeBack(
    socket: Socket,
    resume: Extract<LauncherMessage, { kind: 'resume' }>,
  ): string | undefined {
    const hash = this.options.resumeHash(resume.worker);
    if (hash === undefined || !matches(resume.resume, hash)) return refuse(socket);
    this.take(resume.worker, { socket, pid: resume.pid });
    say(socket, { kind: 'renew', leaseMs: this.options.leaseMs() });
    this.options.events.resumed(resume.worker, resume);
    return resume.worker;
  }

  private take(worker: string, launcher: Launcher): void {
    const old = this.launchers.get(worker);
    this.launchers.set(worker, launcher);
    old?.socket.destroy();
    this.renewal ??= setTimeout(() => void this.renew(), this.options.leaseMs() / 3);
  }

  private async renew(): Promise<void> {
    if (await this.windowIsThere()) {
      for (const { socket } of this.launchers.values()) {
        say(socket, { kind: 'renew', leaseMs: this.options.leaseMs() });
      }
    }
    if (this.disposed) return;
    this.renewal =
      this.launchers.size === 0 ? undefined : setTimeout(() => void this.renew(), this.options.leaseMs() / 3);
  }

  /** Another host would listen here: this one makes room when its own window is gone. */
  private async yieldTo(socket: Socket): Promise<void> {
    if (await this.windowIsThere()) {
      say(socket, { kind: 'occupied' });
      socket.end();
    } else {
      this.release();
      socket.destroy();
    }
  }

  private async windowIsThere(): Promise<boolean> {
    let limit: NodeJS.Timeout | undefined;
    const expiry = new Promise<false>((resolve) => {
      limit = setTimeout(() => resolve(false), windowLimitMs);
    });
    try {
      return await Promise.race([this.options.reachWindow().then(() => true), expiry]);
    } catch {
      // The way to the window was closed under the question.
      return false;
    } finally {
      clearTimeout(limit);
    }
  }
}
