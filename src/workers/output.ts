import type { Failure } from '../core/failure';
import { terminalOutput } from './terminalOutput';

const colours = { red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Colour = keyof typeof colours;

/** Whether stdout takes colour: a terminal, and nobody said NO_COLOR (https://no-color.org). */
function inColour(): boolean {
  const { NO_COLOR, TERM } = process.env;
  return process.stdout.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

function styled(code: number, end: number, text: string): string {
  return inColour() ? `\u001b[${code}m${text}\u001b[${end}m` : text;
}

export function dim(text: string): string {
  return styled(2, 22, text);
}

export function colour(name: Colour, text: string): string {
  return styled(colours[name], 39, text);
}

/** "850 ms", "12.4 s", "3 min 20 s" or "2 h 5 min". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One line of what happened to a message: "14:02:11  ← {"order":17}   0.3 s". `text` is safe to show. */
export function printMessage(mark: string, tint: Colour, text: string, detail = ''): void {
  print(`${colour(tint, mark)} ${text}${detail === '' ? '' : `  ${dim(detail)}`}`);
}

/** A line about the worker itself. */
export function printNote(text: string): void {
  print(dim(text));
}

/** Something that the user should see but that does not end the worker. */
export function printWarning(text: string): void {
  print(colour('yellow', text));
}

/** What ended the worker, to stderr, so that the Workers view can show it too. */
export function printFailure(failure: Failure): void {
  const hint = failure.hint === '' ? '' : `\n${failure.hint}`;
  process.stderr.write(`${colour('red', failure.message)}${hint}\n`);
}

/** What the terminal did not take any more, to stderr, which the launcher reads; a line may have been cut. */
export function printLost(text: string): void {
  process.stderr.write(`\n${colour('yellow', text)}\n`);
}

/** The last line: what all came to. */
export function printTotals(text: string): void {
  terminalOutput().write(`${dim('──')} ${text}\n`);
}

function print(text: string): void {
  terminalOutput().write(`${dim(new Date().toTimeString().slice(0, 8))}  ${text}\n`);
}
