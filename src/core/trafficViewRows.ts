const firstCapacity = 1_024;

/**
 * The entries that a filtered view shows, by ordinal. Grows at both ends: new matches at the end, matches among older
 * entries, found later, at the beginning. Ordinals never change.
 */
export class TrafficViewRows {
  private seqs = new Float64Array(firstCapacity);
  private gapSeqs: number[] = [];
  first: number;
  end: number;

  /** @param before how many entries may still be added at the beginning */
  constructor(before: number) {
    this.first = before;
    this.end = before;
  }

  /** How many rows are gaps. */
  get gaps(): number {
    return this.gapSeqs.length;
  }

  /** The ordinal of the first row whose entry is `seq` or newer; `end` when there is none. */
  ordinalOf(seq: number): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many rows are messages whose seq is `seq` or newer. */
  messagesFrom(seq: number): number {
    const gaps = this.gapSeqs.reduce((count, gap) => (gap >= seq ? count + 1 : count), 0);
    return this.end - this.ordinalOf(seq) - gaps;
  }

  /** The entry at an ordinal between `first` and `end`. */
  at(ordinal: number): number {
    return this.seqs[ordinal & (this.seqs.length - 1)] ?? 0;
  }

  push(seq: number, isGap: boolean): void {
    this.makeRoom();
    this.seqs[this.end++ & (this.seqs.length - 1)] = seq;
    if (isGap) this.gapSeqs.push(seq);
  }

  unshift(seq: number, isGap: boolean): void {
    this.makeRoom();
    this.seqs[--this.first & (this.seqs.length - 1)] = seq;
    if (isGap) this.gapSeqs.unshift(seq);
  }

  /** Forgets rows of entries that have left the ring. */
  dropBefore(oldestSeq: number): void {
    while (this.first < this.end && this.at(this.first) < oldestSeq) this.first++;
    while ((this.gapSeqs[0] ?? oldestSeq) < oldestSeq) this.gapSeqs.shift();
  }

  private makeRoom(): void {
    const capacity = this.seqs.length;
    if (this.end - this.first < capacity) return;
    const larger = new Float64Array(capacity * 2);
    // Ordinals up to the next multiple of the capacity lie side by side before and after, and so do the rest.
    const turn = (Math.floor(this.first / capacity) + 1) * capacity;
    const head = this.seqs.subarray(this.first & (capacity - 1));
    larger.set(head, this.first & (capacity * 2 - 1));
    larger.set(this.seqs.subarray(0, this.end - turn), turn & (capacity * 2 - 1));
    this.seqs = larger;
  }
}
