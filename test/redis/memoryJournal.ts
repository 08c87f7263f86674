import { Failure } from '../../src/core/failure';
import type { JournalEntry, JournalOutcome, PopJournal } from '../../src/core/safePop';

/** A journal in memory, in which tests do what other programs do while a message is being copied. */
export class MemoryJournal implements PopJournal {
  readonly entries: (JournalEntry & { outcome?: JournalOutcome })[] = [];
  /** Runs once the copy is kept and before the message is popped. */
  whileAppending: ((entry: JournalEntry) => Promise<unknown>) | undefined;
  /** Number of the append from which on the disk is full. */
  fullAt = Number.POSITIVE_INFINITY;
  settleFails = false;

  async append(entry: JournalEntry): Promise<string> {
    if (this.entries.length >= this.fullAt) throw new Failure('journal', 'The disk is full.');
    this.entries.push(entry);
    await this.whileAppending?.(entry);
    return String(this.entries.length - 1);
  }

  async settle(id: string, outcome: JournalOutcome): Promise<void> {
    if (this.settleFails) throw new Failure('journal', 'The disk is full.');
    const entry = this.entries[Number(id)];
    if (entry === undefined) throw new Error(`No entry ${id}`);
    entry.outcome = outcome;
  }

  /** Messages with what became of them, `message: outcome`. */
  get lines(): string[] {
    return this.entries.map(({ message, outcome }) => `${message}: ${outcome}`);
  }
}
