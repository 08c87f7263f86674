import type { JournalEntry, JournalOutcome } from '../../src/core/safePop';

/** What an operation told of the messages it was given: carried out, not sent or refused, or perhaps. */
export type Told = 'done' | 'not' | 'unknown';

/** What the comparison of what was told with what is there came to, in messages. */
export interface Verdict {
  readonly stored: number;
  readonly duplicates: number;
  readonly silentLosses: number;
}

/** Everything about pops that is known when all has ended. */
export interface Pops {
  /** Every message that ever lay in the queues. */
  readonly laid: readonly string[];
  /** What the operations handed out, in any order. */
  readonly returned: readonly string[];
  /** What still lies in the queues. */
  readonly left: readonly string[];
  readonly journal: readonly (JournalEntry & { outcome?: JournalOutcome })[];
}

/** What was told of each message; each is unlike every other, so that it can be found again. */
export class FaultLedger {
  private readonly told = new Map<string, Told>();
  /** Examples of what went wrong, for whoever has to find out why. */
  readonly findings: string[] = [];
  unknown = 0;

  get sent(): number {
    return this.told.size;
  }

  /** Messages that are about to be sent. Until something is told of them, they are in doubt. */
  begin(messages: readonly string[]): void {
    for (const message of messages) this.told.set(message, 'unknown');
  }

  end(messages: readonly string[], told: Told): void {
    for (const message of messages) this.told.set(message, told);
    if (told === 'unknown') this.unknown += messages.length;
  }

  /** @param found every message that the server holds or has delivered, as often as it does */
  verifySent(found: readonly string[]): Verdict {
    const counts = countEach(found);
    let [stored, duplicates, silentLosses] = [0, 0, 0];
    for (const [message, told] of this.told) {
      const count = counts.get(message) ?? 0;
      if (count > 0) stored++;
      if (count > 1) {
        duplicates++;
        this.find(`${message} is there ${count} times, told: ${told}`);
      }
      if ((told === 'done' && count === 0) || (told === 'not' && count > 0)) {
        silentLosses++;
        this.find(`${message} is there ${count} times, told: ${told}`);
      }
    }
    return { stored, duplicates, silentLosses };
  }

  verifyPops({ laid, returned, left, journal }: Pops): Verdict {
    const [handedOut, remaining] = [countEach(returned), countEach(left)];
    const inDoubt = new Set(
      journal.filter(({ outcome }) => outcome === 'unknown').map(({ message }) => message.toString()),
    );
    let [duplicates, silentLosses] = [0, 0];
    for (const message of laid) {
      const [out, there] = [handedOut.get(message) ?? 0, remaining.get(message) ?? 0];
      if (out + there > 1) {
        duplicates++;
        this.find(`${message} was handed out ${out} times and lies there ${there} times`);
      } else if (out + there === 0 && !inDoubt.has(message)) {
        silentLosses++;
        this.find(`${message} is gone without a copy that says so`);
      }
    }
    return { stored: left.length, duplicates, silentLosses };
  }

  private find(what: string): void {
    if (this.findings.length < 20) this.findings.push(what);
  }
}

function countEach(messages: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1);
  return counts;
}
