import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import type { WorkerProgress } from '../protocol/workerLease';
import { duration } from './output';
import { tellLauncher } from './tellLauncher';
import { TerminalWatch } from './terminalOutput';

const reportMs = 500;
/** The rate is measured over this many reports. */
const rateReports = 6;

/** Counts what a worker did, and tells its launcher at most twice a second. */
export class Tally {
  private readonly startedAt = performance.now();
  private readonly timer = setInterval(() => this.report(), reportMs);
  private readonly recent: { at: number; done: number }[] = [{ at: this.startedAt, done: 0 }];
  private reported: WorkerProgress = { kind: 'progress', done: 0, perSecond: 0, held: false };
  private readonly terminal = new TerminalWatch();
  private count = 0;
  private failures = 0;

  get done(): number {
    return this.count;
  }

  add(): void {
    this.count += 1;
  }

  /** Counts one whose work failed. */
  fail(): void {
    this.failures += 1;
  }

  /** " · 2 failed", or nothing when none did. */
  failed(): string {
    return this.failures === 0 ? '' : ` · ${l10n.t('{0} failed', this.failures)}`;
  }

  /** "10.3 s · 1.2/s" */
  pace(): string {
    const ms = performance.now() - this.startedAt;
    return `${duration(ms)} · ${l10n.t('{0}/s', ((this.count * 1_000) / Math.max(ms, 1)).toFixed(1))}`;
  }

  /** Tells the last count, and from now on whether the last lines wait for the terminal. */
  awaitLastLines(): void {
    this.terminal.awaitAll();
    this.report();
  }

  /** Tells nothing more. */
  finish(): void {
    clearInterval(this.timer);
  }

  private report(): void {
    const now = performance.now();
    this.recent.push({ at: now, done: this.count });
    if (this.recent.length > rateReports) this.recent.shift();
    const first = this.recent[0] ?? { at: now, done: this.count };
    const perSecond = ((this.count - first.done) * 1_000) / Math.max(now - first.at, reportMs);
    const progress: WorkerProgress = {
      kind: 'progress',
      done: this.count,
      perSecond: Math.round(perSecond * 10) / 10,
      held: this.terminal.isHeld(),
    };
    if (isDeepStrictEqual(progress, this.reported)) return;
    this.reported = progress;
    tellLauncher(progress);
  }
}
