import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { electronVariable, leaseVariables } from '../core/workerLaunch';
import type {
  BuiltInMessage,
  BuiltInReport,
  CommandLine,
  L10nContents,
  StopLimits,
  WorkerCommand,
  WorkerEnd,
} from '../protocol/workerLease';
import { endTreeOnWindows, restOfGroup, signalGroup, signalOne } from './processGroup';
import { StderrTail } from './stderrTail';
import { terminalOutput } from './terminalOutput';

const stderrDrainMs = 300;
/** More than fits into a pipe. */
const lastOutputBytes = 1_048_576;
const cleanUpLimitMs = 10_000;
const restPollMs = 100;

/**
 * The program under the launcher: in the launcher's own process group, so that the terminal's Ctrl+C reaches it, with the
 * terminal as its stdin and stdout. Its stderr goes to the terminal and, bounded, into its end.
 */
export class WorkerProcess {
  readonly since = Date.now();
  private stopping: NodeJS.Timeout | undefined;
  /** When it was asked to end, and how long it may take. */
  private asked: { readonly at: number; readonly limits: StopLimits } | undefined;
  private cleaning: Promise<void> | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly command: WorkerCommand,
    readonly pid: number,
    /** Resolves when the program has ended and its stderr is read. */
    readonly ended: Promise<WorkerEnd>,
  ) {}

  /** @throws the error of spawn, for example ENOENT for a missing interpreter */
  static async start(
    command: WorkerCommand,
    l10n: L10nContents,
    onReport: (report: BuiltInReport) => void,
  ): Promise<WorkerProcess> {
    const child = spawn(command.program, [...command.args], {
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      env: { ...inheritedEnvironment(), ...command.env },
      stdio: ['inherit', 'inherit', 'pipe', ...(command.builtIn === undefined ? [] : (['ipc'] as const))],
      shell: false,
      // Without a terminal there is no console to share, and none shall pop up.
      windowsHide: process.stdout.isTTY !== true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const tail = new StderrTail();
    if (child.stderr !== null) showStderr(child, child.stderr, tail);
    const ended = endOf(child, tail);
    child.on('message', (message) => {
      const report = message as BuiltInReport;
      if (report.kind === 'progress' || report.kind === 'ready') onReport(report);
    });
    // A program that ended before it read its configuration: its exit says so.
    child.on('error', () => undefined);
    if (command.builtIn !== undefined) tell(child, { kind: 'config', config: command.builtIn, l10n });
    return new WorkerProcess(child, command, child.pid ?? 0, ended);
  }

  /** Ends the program as Ctrl+C does; one that stays gets SIGTERM after a while, and SIGKILL after another. */
  stop(limits: StopLimits): void {
    if (this.stopping !== undefined) return;
    const { interruptMs, terminateMs } = limits;
    this.asked = { at: performance.now(), limits };
    const force = (signal: 'SIGTERM' | 'SIGKILL', then: () => void, afterMs: number): void => {
      if (this.hasEnded) return;
      this.signal(signal);
      this.stopping = setTimeout(then, afterMs);
    };
    const kill = (): void => force('SIGKILL', () => undefined, 0);
    const terminate = (): void => force('SIGTERM', kill, terminateMs);
    if (process.platform === 'win32' && this.child.connected) tell(this.child, { kind: 'stop' });
    else this.signal('SIGINT');
    this.stopping = setTimeout(terminate, interruptMs);
    void this.ended.then(() => clearTimeout(this.stopping));
  }

  /**
   * For when the program has ended: resolves when what it had started has, too, where it was asked to. What stays gets the
   * same signals after the same times.
   */
  async endRest(): Promise<void> {
    if (this.asked === undefined || this.builtIn) return;
    const { at, limits } = this.asked;
    const terminateAt = at + limits.interruptMs;
    await this.restUntil(terminateAt, 'SIGTERM');
    await this.restUntil(terminateAt + limits.terminateMs, 'SIGKILL');
  }

  private async restUntil(deadline: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    let rest = restOfGroup();
    while (rest.length > 0 && performance.now() < deadline) {
      await delay(restPollMs);
      rest = restOfGroup();
    }
    for (const pid of rest) signalOne(pid, signal);
  }

  /** Ends the program and whatever it started at once, for when nobody is left to ask. */
  terminate(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (process.platform === 'win32') {
      // Its number may be another program's by now.
      if (!this.hasEnded) endTreeOnWindows(this.pid);
      return;
    }
    if (!signalGroup(signal)) this.child.kill(signal);
  }

  /** Removes what the program left elsewhere, once, within 10 s. There may be nothing left, so a failure tells nothing. */
  cleanUp(): Promise<void> {
    const { cleanUp } = this.command;
    if (cleanUp === undefined) return Promise.resolve();
    this.cleaning ??= this.runBeside(cleanUp);
    return this.cleaning;
  }

  /** Runs a command in the program's folder and environment, unseen, for at most 10 s. Never rejects. */
  private runBeside({ program, args }: CommandLine): Promise<void> {
    const { cwd, env } = this.command;
    const options = {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...inheritedEnvironment(), ...env },
      timeout: cleanUpLimitMs,
      windowsHide: true,
    };
    return new Promise((resolve) => {
      execFile(program, [...args], options, () => resolve());
    });
  }

  /** SIGKILL goes to the program alone: the launcher, in the same group, still has to tell how it ended. */
  private signal(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    const { signal: elsewhere } = this.command;
    if (elsewhere !== undefined) {
      // What runs here only shows what runs there, and would leave it alone there.
      void this.runBeside({ ...elsewhere, args: [...elsewhere.args, signal.slice(3)] });
      if (signal !== 'SIGKILL') return;
    }
    if (signal === 'SIGKILL' || !signalGroup(signal)) this.child.kill(signal);
  }

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** Of ours, so it has started nothing itself. */
  get builtIn(): boolean {
    return this.command.builtIn !== undefined;
  }

  get hasEnded(): boolean {
    return hasEnded(this.child);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/**
 * While the terminal takes no more, the program's stderr is left unread, as its stdout is. What the program leaves there at
 * its end is read all the same: it says why it ended.
 */
function showStderr(child: ChildProcess, stderr: Readable, tail: StderrTail): void {
  stderr.on('data', (chunk: Buffer) => {
    tail.add(chunk);
    if (terminalOutput().write(chunk)) return;
    if (hasEnded(child) && terminalOutput().writableLength < lastOutputBytes) return;
    stderr.pause();
    terminalOutput().once('drain', () => stderr.resume());
  });
  child.once('exit', () => stderr.resume());
}

/**
 * How the program ended, with all that it wrote to stderr until then. A grandchild may keep stderr open for ever, so the
 * rest is awaited for a moment only.
 */
function endOf(child: ChildProcess, tail: StderrTail): Promise<WorkerEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const at = Date.now();
      const finish = (): void => {
        clearTimeout(limit);
        resolve({ code, signal, stderrTail: tail.text(), at });
      };
      const limit = setTimeout(finish, stderrDrainMs);
      child.once('close', finish);
    });
  });
}

function tell(child: ChildProcess, message: BuiltInMessage): void {
  child.send(message, () => undefined);
}

/** The terminal's environment without what was meant for the launcher. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const hidden: readonly string[] = [...Object.values(leaseVariables), electronVariable];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !hidden.includes(name)));
}
