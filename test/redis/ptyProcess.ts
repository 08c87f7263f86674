import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from '../launch/findProgram';
import { until } from '../launch/limits';

const endLimitMs = 30_000;

/** A program on a terminal of its own, like one that VS Code opened. */
export interface PtyProcess {
  /** All that it has written so far, with escape sequences. */
  output(): string;
  /** Types; `\u0003` is Ctrl+C and `\r` Enter. */
  type(text: string): void;
  /** Waits until its output has this. */
  shows(text: string | RegExp): Promise<void>;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number | null>;
  /** Closes the terminal: the system sends SIGHUP to what runs in it. */
  hangUp(): void;
}

/**
 * Starts a program by argv on a pseudo terminal, as leader of its session, by util-linux's `script`, which every Debian has.
 * @throws an Error when `script` is missing
 */
export async function startOnPty(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<PtyProcess> {
  const script = await findProgram(['script']);
  if (script === undefined)
    throw new Error('The program "script" is missing; get it with: apt-get install bsdutils');
  // `script` takes a shell command only, so the arguments go by the environment.
  const names = [program, ...args].map((_, index) => `PTY_ARG_${index}`);
  const values = Object.fromEntries([program, ...args].map((value, index) => [`PTY_ARG_${index}`, value]));
  const command = `unset SHELL; exec ${names.map((name) => `"$${name}"`).join(' ')}`;
  const child = spawn(script, ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    env: { ...process.env, SHELL: '/bin/sh', TERM: 'xterm-256color', ...values, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  // The terminal may be gone while we type.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    output: () => text,
    type: (typed) => child.stdin.write(typed),
    shows: async (expected) => {
      const found = (): true | undefined =>
        (typeof expected === 'string' ? text.includes(expected) : expected.test(text)) || undefined;
      try {
        await until(endLimitMs, `Showing ${expected}`, found);
      } catch (error) {
        throw new Error(`${(error as Error).message}; it shows:\n${text}`);
      }
    },
    ended,
    hangUp: () => child.kill('SIGKILL'),
  };
}
