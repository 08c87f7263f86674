/** The first sizes of the circle; each is used up before the next, so that an idle ring costs little. */
const growth = [1_048_576, 8_388_608, 67_108_864];

/** Room behind the circle for what is read off the socket, in bytes. */
const landingBytes = 262_144;
const pageBytes = 65_536;

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
 *
 * All of it is WebAssembly's from the beginning, which sets aside addresses only: the system gives memory for what has been
 * written to. Behind the circle lie a landing for what is read off the socket, since a copy from there to a region takes half
 * the time of one between two pieces of memory, and room for others.
 */
export class RingBytes {
  readonly memory: WebAssembly.Memory;
  /** The circle, the landing and the room for others. */
  readonly data: Buffer;
  readonly landing: Buffer;
  /** Where the room for others begins. */
  readonly spare: number;
  /** Bytes of the circle now. */
  size: number;
  private head = 0;
  private source: Uint8Array | undefined;
  /** Where the bytes of `source` begin in `data`; -1 when they lie elsewhere. */
  private shift = -1;

  /** @param spareBytes room for others */
  constructor(
    private readonly limit: number,
    spareBytes: number,
    private readonly owner: RegionOwner,
  ) {
    this.size = Math.min(growth[0] ?? limit, limit);
    const landing = Math.ceil(limit / pageBytes) * pageBytes;
    this.spare = landing + landingBytes;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((this.spare + spareBytes) / pageBytes) });
    this.data = Buffer.from(this.memory.buffer);
    this.landing = this.data.subarray(landing, this.spare);
  }

  /** Copies bytes to `offset`; fast when they lie in the landing. */
  write(bytes: Uint8Array, start: number, end: number, offset: number): void {
    const shift = this.placeOf(bytes);
    if (shift >= 0) this.data.copyWithin(offset, shift + start, shift + end);
    else this.data.set(bytes.subarray(start, end), offset);
  }

  /** Where bytes begin in {@link data}; -1 when they lie elsewhere. */
  placeOf(bytes: Uint8Array): number {
    if (bytes !== this.source) {
      this.source = bytes;
      this.shift = bytes.buffer === this.memory.buffer ? bytes.byteOffset : -1;
    }
    return this.shift;
  }

  /** The offset of a new region of `length` ≥ 1 bytes, for which the oldest ones may have been evicted. */
  reserve(length: number): number {
    if (this.head + length > this.size && this.size < this.limit) this.grow(length);
    if (this.head + length > this.size) {
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

  /** Makes room at the end, as long as the circle has not its full size; until then it never begins again. */
  private grow(length: number): void {
    const from = Math.max(0, this.owner.oldestOffset());
    const used = this.owner.oldestOffset() < 0 ? 0 : this.head - from;
    if (used + length <= this.size / 2) {
      // Most of it is free already, at the beginning.
      this.data.copyWithin(0, from, from + used);
      this.head = used;
      this.owner.moved(from);
      return;
    }
    const step = growth.find((one) => one > this.size && one >= this.head + length) ?? this.limit;
    this.size = Math.min(step, this.limit);
  }
}
