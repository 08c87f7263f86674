import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './limits';
import { endProcessTree } from './processTree';

/** How a started program is set up; the environment is added to this process's own. */
export interface StartOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with each complete line of stdout and stderr. */
  onLine?: (line: string) => void;
  /** Show the program's output as it comes. */
  inherit?: boolean;
}

/** A program that is running, or has ended. */
export interface StartedProcess {
  readonly pid: number;
  /** Resolves with the exit code (or the signal's name) when it has ended. Never rejects. */
  readonly ended: Promise<number | string>;
  /** The last lines of output, for messages. */
  tail(): string;
  /** Ends the program and everything it started. */
  stop(): Promise<void>;
}

/**
 * Starts a program by its argument list, without a shell, in a process group of its own, so that Ctrl+C in the terminal
 * reaches only this process, which then ends what it started in order.
 * @throws an Error when the program cannot be started
 */
export async function startProcess(
  program: string,
  args: string[],
  options: StartOptions = {},
): Promise<StartedProcess> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.inherit ? 'inherit' : 'pipe', options.inherit ? 'inherit' : 'pipe'],
    detached: process.platform !== 'win32',
  });
  const ended = exitOf(child);
  const lastLines = collectLines(child, options.onLine);
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
  const pid = child.pid as number;
  return {
    pid,
    ended,
    tail: () => lastLines.join('\n'),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) await endProcessTree(pid);
      await ended;
    },
  };
}

/**
 * Runs a program to its end.
 * @param limitMs after so many milliseconds it is ended and the run counts as failed
 * @returns the last lines of its output
 * @throws an Error with the exit code and the last lines of output when it ended with anything but 0
 */
export async function runProcess(
  program: string,
  args: string[],
  options: StartOptions & { limitMs: number },
): Promise<string> {
  const started = await startProcess(program, args, options);
  const shown = `${program} ${args.join(' ')}`;
  try {
    const code = await within(options.limitMs, shown, started.ended);
    if (code !== 0) throw new Error(`${shown} ended with ${code}\n${started.tail()}`);
    return started.tail();
  } finally {
    await started.stop();
  }
}

const lastOutputLimitMs = 1_000;

function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signalName) => {
      // The last output comes before 'close'; but something it started may keep the pipe open for ever.
      const finish = () => resolve(code ?? signalName ?? 'an unknown end');
      child.once('close', finish);
      setTimeout(finish, lastOutputLimitMs).unref();
    });
    child.once('error', (error) => resolve(error.message));
  });
}

const keptLines = 200;

function collectLines(child: ChildProcess, onLine?: (line: string) => void): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    const take = (line: string) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
    };
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) take(part.replace(/\r$/, ''));
    });
    stream?.on('end', () => rest !== '' && take(rest));
  }
  return lines;
}
