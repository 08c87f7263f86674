const firstCapacity = 4_096;
const growthFactor = 8;

/** What the ring keeps of each entry outside the bytes: 20 bytes an entry, no object. */
export class RingIndex {
  /** Arrival, ms since the epoch. */
  time: Float64Array;
  /** Where the entry's region begins in the ring's bytes. */
  offset: Uint32Array;
  /** Payload bytes as published. */
  size: Uint32Array;
  lane: Uint32Array;
  mask: number;

  /** @param limit entries at the most */
  constructor(private readonly limit: number) {
    this.time = new Float64Array(firstCapacity);
    this.offset = new Uint32Array(firstCapacity);
    this.size = new Uint32Array(firstCapacity);
    this.lane = new Uint32Array(firstCapacity);
    this.mask = firstCapacity - 1;
  }

  get capacity(): number {
    return this.mask + 1;
  }

  /** Makes room for more entries; `first` to `end` are those in use. */
  grow(first: number, end: number): void {
    const old = { time: this.time, offset: this.offset, size: this.size, lane: this.lane, mask: this.mask };
    let capacity = this.capacity * 2;
    while (capacity < this.limit && capacity < this.capacity * growthFactor) capacity *= 2;
    this.time = new Float64Array(capacity);
    this.offset = new Uint32Array(capacity);
    this.size = new Uint32Array(capacity);
    this.lane = new Uint32Array(capacity);
    this.mask = capacity - 1;
    for (let seq = first; seq < end; seq++) {
      const from = seq & old.mask;
      const to = seq & this.mask;
      this.time[to] = old.time[from] ?? 0;
      this.offset[to] = old.offset[from] ?? 0;
      this.size[to] = old.size[from] ?? 0;
      this.lane[to] = old.lane[from] ?? 0;
    }
  }
}
