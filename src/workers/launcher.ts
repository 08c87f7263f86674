import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { backOffMs, crashToRestart, type RestartRule } from '../core/crashRestart';
import { displayText } from '../core/displayText';
import { failed } from '../core/workerGroups';
import { leaseVariables, type WorkerLease } from '../core/workerLaunch';
import type {
  HostMessage,
  LauncherMessage,
  StopLimits,
  WorkerCommand,
  WorkerEnd,
  WorkerProgress,
} from '../protocol/workerLease';
import { LeaseLink } from './leaseLink';
import { dim, duration } from './output';
import { terminalOutput, written } from './terminalOutput';
import { WorkerProcess } from './workerProcess';

/** How long the extension host may take to hand over the command. */
const firstAnswerMs = 15_000;
/** Between SIGTERM and SIGKILL when nobody is left to ask. */
const graceMs = 3_000;
/** A program that runs on for longer has not ended because of Ctrl+C. */
const interruptEndsMs = 60_000;
/** For the last lines, where the terminal is slow. */
const lastLinesMs = 1_000;

/**
 * Runs a worker in this terminal for an extension host, which it finds by the lease in its environment.
 * @returns the launcher's exit code: 0, since the worker's own end has been told and the terminal shall just close
 */
export async function launch(): Promise<number> {
  const lease = readLease();
  if (lease === undefined) {
    const sentence = l10n.t('This program is started by the extension Redis Messaging.');
    process.stderr.write(`${sentence}\n`);
    return 2;
  }
  return new Launcher(lease).run();
}

class Launcher {
  private readonly link: LeaseLink;
  private readonly finished: Promise<number>;
  private finish: (code: number) => void = () => undefined;
  private name = '';
  private closeAtEnd = false;
  private restart: RestartRule | undefined;
  private resume: string | undefined;
  private child: WorkerProcess | undefined;
  private starting = false;
  /** When Ctrl+C was typed last. */
  private interruptedAt: number | undefined;
  /** It was to end before it had started. */
  private stopAtStart: StopLimits | undefined;
  private ready = false;
  private progress: WorkerProgress | undefined;
  private end: WorkerEnd | undefined;
  private abandoned = false;

  constructor(private readonly lease: WorkerLease) {
    this.finished = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.link = new LeaseLink(lease.address, firstAnswerMs, {
      greeting: () => this.greeting(),
      onMessage: (message) => this.take(message),
      onLapse: () => void this.abandon(),
    });
    process.on('SIGINT', () => this.interrupted());
    // A closed terminal; and whoever ends the launcher means the worker.
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.on(signal, () => this.signalled(signal));
    // What reads our output may be gone before us.
    process.stdout.on('error', () => undefined);
    process.stderr.on('error', () => undefined);
  }

  async run(): Promise<number> {
    const code = await this.finished;
    await this.link.close();
    await written(AbortSignal.timeout(lastLinesMs));
    return code;
  }

  private greeting(): LauncherMessage {
    const { worker, token } = this.lease;
    if (this.resume === undefined) return { kind: 'hello', worker, token, pid: process.pid };
    return {
      kind: 'resume',
      worker,
      resume: this.resume,
      pid: process.pid,
      ready: this.ready,
      ...(this.child === undefined ? {} : { child: { pid: this.child.pid, since: this.child.since } }),
      ...(this.progress === undefined ? {} : { progress: this.progress }),
      ...(this.end === undefined ? {} : { end: this.end }),
    };
  }

  private take(message: HostMessage): void {
    switch (message.kind) {
      case 'run':
        if (!this.abandoned && !this.runs) void this.start(message);
        return;
      case 'renew':
        this.link.renew(message.leaseMs);
        return;
      case 'stop':
        if (this.starting) this.stopAtStart = message;
        else this.child?.stop(message);
        return;
      case 'refused':
        // A terminal that the editor revived with the token of another day. Nothing ran, so it may just close.
        // A running worker goes on trying: the host that knows it may listen here again before the lease lapses.
        if (this.resume === undefined) this.finish(0);
        return;
      case 'occupied':
        return;
    }
  }

  private get runs(): boolean {
    return this.starting || (this.child !== undefined && this.end === undefined);
  }

  private async start(message: Extract<HostMessage, { kind: 'run' }>): Promise<void> {
    this.starting = true;
    this.resume = message.resume;
    this.startAnew();
    this.link.renew(message.leaseMs);
    l10n.config({ contents: { ...message.l10n } });
    this.name = message.command.name;
    this.closeAtEnd = message.command.closeAtEnd === true;
    this.restart = message.command.restart;
    try {
      this.child = await WorkerProcess.start(message.command, message.l10n, (report) => {
        if (report.kind === 'ready') this.ready = true;
        else this.progress = report;
        this.link.send(report);
      });
    } catch (error) {
      this.couldNotStart(message.command, error);
      return;
    } finally {
      this.starting = false;
    }
    this.link.send({ kind: 'started', child: { pid: this.child.pid, since: this.child.since } });
    const { child } = this;
    if (this.stopAtStart !== undefined) child.stop(this.stopAtStart);
    const ended = await child.ended;
    const { interruptedAt } = this;
    const interrupted = interruptedAt !== undefined && ended.at - interruptedAt < interruptEndsMs;
    const end = interrupted ? { ...ended, interrupted } : ended;
    await child.endRest();
    await child.cleanUp();
    this.ended(end, child.since);
  }

  /** Forgets what ran before, and leaves the keyboard to what comes. */
  private startAnew(): void {
    if (this.end !== undefined) terminalOutput().write('\n');
    for (const event of ['data', 'end', 'error']) process.stdin.removeAllListeners(event);
    if (this.end !== undefined) process.stdin.pause();
    this.child = undefined;
    this.end = undefined;
    this.interruptedAt = undefined;
    this.progress = undefined;
    this.ready = false;
    this.stopAtStart = undefined;
  }

  private couldNotStart(command: WorkerCommand, error: unknown): void {
    const reason = whyNotStarted(command, error);
    this.end = { code: null, signal: null, stderrTail: reason, at: Date.now() };
    this.link.send({ kind: 'notStarted', reason });
    terminalOutput().write(`${reason}\n`);
    this.waitForClose(l10n.t('{0} did not start', this.name));
  }

  private ended(end: WorkerEnd, since: number): void {
    this.end = end;
    this.link.send({ kind: 'ended', end });
    if (this.abandoned) return;
    if (this.closeAtEnd && end.code === 0) {
      this.finish(0);
      return;
    }
    const after = duration(end.at - since);
    const how =
      end.signal === null
        ? l10n.t('{0} ended after {1} with exit code {2}', this.name, after, end.code ?? 0)
        : l10n.t('{0} was ended by {2} after {1}', this.name, after, end.signal);
    this.waitForClose(how, this.restartAfter(end, end.at - since));
  }

  /** In how many ms the host will restart what has just ended, if it does. */
  private restartAfter(end: WorkerEnd, ranMs: number): number | undefined {
    if (this.restart === undefined || this.child?.isStopping) return undefined;
    if (!failed({ kind: 'ended', end, why: 'exit' })) return undefined;
    const crashes = crashToRestart(this.restart, ranMs);
    return crashes === undefined ? undefined : backOffMs(crashes);
  }

  /** Leaves the output readable until the user has read it; without a terminal there is nobody to wait for. */
  private waitForClose(what: string, restartMs?: number): void {
    if (!process.stdin.isTTY) {
      this.finish(0);
      return;
    }
    const next =
      restartMs === undefined
        ? l10n.t('press Enter to close')
        : l10n.t('restarts in {0} s · press Enter to give up the restart', restartMs / 1_000);
    terminalOutput().write(`\n${dim(`${what} · ${next}`)}\n`);
    process.stdin.on('data', () => this.finish(0));
    process.stdin.on('end', () => this.finish(0));
    process.stdin.on('error', () => this.finish(0));
    process.stdin.resume();
  }

  /** The terminal has sent it to the worker too, which ends in its own way. */
  private interrupted(): void {
    if (this.child === undefined || this.end !== undefined) this.finish(0);
    else this.interruptedAt = Date.now();
  }

  private signalled(signal: NodeJS.Signals): void {
    // Our own SIGTERM to the group comes back to us.
    if (signal === 'SIGTERM' && this.child?.isStopping && this.end === undefined) return;
    void this.abandon();
  }

  /** Nobody is left to run for: ends the worker and everything that it started. */
  private async abandon(): Promise<void> {
    if (this.abandoned) return;
    this.abandoned = true;
    const { child } = this;
    if (child !== undefined && this.end === undefined) {
      child.terminate('SIGTERM');
      const grace = delay(graceMs);
      await Promise.race([child.ended, grace]);
      await child.cleanUp();
      // What a program of the user's has started may outlive it; ours starts nothing.
      if (!child.builtIn) await grace;
      if (!child.builtIn || !child.hasEnded) child.terminate('SIGKILL');
    }
    this.finish(0);
  }
}

/** One sentence; for what is not there, without the words of the operating system, which mistakes folder and program. */
function whyNotStarted({ program, cwd }: WorkerCommand, error: unknown): string {
  const name = displayText(program);
  if (cwd !== undefined && !existsSync(cwd)) {
    return l10n.t('The folder {0} in which it is to run does not exist.', displayText(cwd));
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return l10n.t('The program "{0}" was not found on this machine.', name);
  if (code === 'EACCES') return l10n.t('The program "{0}" may not be executed here.', name);
  const cause = error instanceof Error ? error.message : String(error);
  return l10n.t('{0} could not be started: {1}', name, displayText(cause));
}

function readLease(): WorkerLease | undefined {
  const address = process.env[leaseVariables.address];
  const worker = process.env[leaseVariables.worker];
  const token = process.env[leaseVariables.token];
  if (address === undefined || worker === undefined || token === undefined) return undefined;
  return { address, worker, token };
}
