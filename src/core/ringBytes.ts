/** The first pieces of memory; each is taken when the one before is full, so that an idle ring costs little. */
const growth = [1_048_576, 8_388_608, 67_108_864];

/** Frees the oldest region; false when none is left. */
export interface RegionOwner {
  /** Offset of the oldest region in use, or -1 when there is none. */
  oldestOffset(): number;
  /** Length of the oldest region in use. */
  oldestLength(): number;
  evictOldest(): void;
  /** All regions move towards 0 by `bytes`. */
  moved(bytes: number): void;
}

/**
 * One piece of memory from which regions are given out in a circle, each contiguous, the oldest taken back when room
 * is needed. No region is empty, so that no two begin at the same place.
 */
export class RingBytes {
  data: Buffer;
  private head = 0;

  constructor(
    private readonly limit: number,
    private readonly owner: RegionOwner,
  ) {
    this.data = Buffer.alloc(Math.min(growth[0] ?? limit, limit));
  }

  /** The offset of a new region of `length` ≥ 1 bytes, for which the oldest ones may have been evicted. */
  reserve(length: number): number {
    if (this.head + length > this.data.length && this.data.length < this.limit) this.grow(length);
    if (this.head + length > this.data.length) {
      // What lies between here and the end of memory is older than what lies at its beginning.
      while (this.owner.oldestOffset() >= this.head) this.owner.evictOldest();
      this.head = 0;
    }
    const start = this.head;
    const end = start + length;
    for (;;) {
      const oldest = this.owner.oldestOffset();
      if (oldest < 0 || oldest >= end || oldest + this.owner.oldestLength() <= start) break;
      this.owner.evictOldest();
    }
    this.head = end;
    return start;
  }

  /** Gives back the region that was reserved last, or its end. */
  giveBack(offset: number): void {
    this.head = offset;
  }

  private grow(length: number): void {
    const from = Math.max(0, this.owner.oldestOffset());
    const used = this.owner.oldestOffset() < 0 ? 0 : this.head - from;
    const size = growth.find((step) => step > this.data.length && step >= used + length) ?? this.limit;
    const larger = Buffer.alloc(Math.min(size, this.limit));
    this.data.copy(larger, 0, from, from + used);
    this.data = larger;
    this.head = used;
    if (from > 0) this.owner.moved(from);
  }
}
