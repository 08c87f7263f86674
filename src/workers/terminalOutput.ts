import { once } from 'node:events';
import { constants, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WriteStream } from 'node:tty';

const heldMs = 1_500;
/** The system signals what runs in a terminal at the time at which it closes it. */
const hangUpMs = 1_000;

let opened: Writable | undefined;

/**
 * This process's terminal, or its stdout where that is none. Node writes to a terminal synchronously
 * (https://nodejs.org/api/process.html#a-note-on-process-io): one that takes nothing, because somebody pressed Ctrl+S or
 * because the editor reads no more of it, would hold up the whole process, its signals and sockets too. This one keeps
 * what is written until it is taken, and never fails.
 */
export function terminalOutput(): Writable {
  opened ??= openTerminal() ?? process.stdout;
  return opened;
}

/** Whether something of what was written waits for a terminal that is there. */
export function isPending(): boolean {
  const { destroyed, writableLength } = terminalOutput();
  return !destroyed && writableLength > 0;
}

/** Resolves when all that was written is taken, or when `end` is aborted. */
export function written(end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    end.addEventListener('abort', () => resolve(), { once: true });
    if (end.aborted) resolve();
    else terminalOutput().write('', () => resolve());
  });
}

/** Resolves when the terminal takes what is written, or when `stop` is aborted. Never rejects. */
export async function terminalTakes(stop: AbortSignal): Promise<void> {
  try {
    while (terminalOutput().writableNeedDrain) await once(terminalOutput(), 'drain', { signal: stop });
  } catch {
    // It is stopped, or the terminal was closed: then the SIGHUP that stops it is on its way.
    await delay(hangUpMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Tells a terminal that takes nothing from one that is slow. */
export class TerminalWatch {
  private tookAt = performance.now();
  private awaitsAll = false;

  constructor() {
    terminalOutput().on('drain', () => {
      this.tookAt = performance.now();
    });
  }

  /** From now on the worker waits for whatever is not taken, and not only for what is too much. */
  awaitAll(): void {
    this.awaitsAll = true;
  }

  /** Whether it has taken nothing for more than 1.5 s of what the worker waits for. */
  isHeld(): boolean {
    const { writableNeedDrain, writableLength } = terminalOutput();
    if (!writableNeedDrain && !(this.awaitsAll && writableLength > 0)) this.tookAt = performance.now();
    return performance.now() - this.tookAt > heldMs;
  }
}

/**
 * It is opened anew, since what is set on stdout's own description holds for all that share it: a program would find
 * its stdout refusing.
 */
function openTerminal(): Writable | undefined {
  if (process.platform === 'win32' || process.stdout.isTTY !== true) return undefined;
  try {
    const terminal = new WriteStream(openSync('/dev/tty', constants.O_WRONLY | constants.O_NOCTTY));
    // A closed terminal takes nothing any more, and nobody could read it.
    terminal.on('error', () => undefined);
    // Each program that ran here may wait for it. Node would warn of many, on the terminal that takes no more.
    terminal.setMaxListeners(0);
    waitForNothing(terminal);
    return terminal;
  } catch {
    // There is no controlling terminal: then stdout is all there is.
    return undefined;
  }
}

/** Node has no public way to this. Without it the terminal is written to as ever, synchronously. */
function waitForNothing(terminal: WriteStream): void {
  const handle: unknown = Reflect.get(terminal, '_handle');
  if (typeof handle !== 'object' || handle === null || !('setBlocking' in handle)) return;
  if (typeof handle.setBlocking === 'function') handle.setBlocking(false);
}
