/** The first sizes of the circle; each is used up before the next, so that an idle ring costs little. */
const growth = [1_048_576, 8_388_608, 67_108_864];

/** Room for what is read off the socket at once, in bytes; in a small circle less. */
const landingBytes = 262_144;
const landingPart = 16;
/** A landing that would be smaller is behind the circle instead. */
const smallestLanding = 65_536;
const pageBytes = 65_536;

/** Knows the regions that are in use, and lets the oldest of them go. */
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
 * What is read off the socket lands where the next region will be, so that payloads have to move little or not at all: no
 * region that is made of it begins behind the place that its bytes were read to.
 *
 * All of it is WebAssembly's from the beginning, which sets aside addresses only: the system gives memory for what has been
 * written to. Behind the circle lie a landing for when there is no room in it, and room for others.
 */
export class RingBytes {
  readonly memory: WebAssembly.Memory;
  /** The circle, the landing behind it and the room for others. */
  readonly data: Buffer;
  /** Where the room for others begins. */
  readonly spare: number;
  /** Bytes of the circle now. */
  size: number;
  private head = 0;
  private readonly landingSize: number;
  /** A landing that is no part of the circle; what is read there is copied. */
  readonly behind: Buffer;
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
    this.landingSize = Math.min(landingBytes, Math.floor(limit / landingPart));
    const behind = Math.ceil(limit / pageBytes) * pageBytes;
    this.spare = behind + landingBytes;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((this.spare + spareBytes) / pageBytes) });
    this.data = Buffer.from(this.memory.buffer);
    this.behind = this.data.subarray(behind, this.spare);
  }

  /**
   * Where to read to next.
   * @param at where to go on with a region that is not filled yet; else wherever the next region may begin
   */
  landing(at: number | undefined): Uint8Array {
    if (at === undefined) {
      const start = this.reserve(this.landingSize);
      this.head = start;
      return this.data.subarray(start, start + this.landingSize);
    }
    const end = Math.min(at + this.landingSize, this.size);
    if (end - at < smallestLanding) return this.behind;
    this.evict(at, end);
    return this.data.subarray(at, end);
  }

  /** Whether bytes at `place` of {@link data} lie in the circle, where no region may begin behind them. */
  inCircle(place: number): boolean {
    return place >= 0 && place < this.size;
  }

  /** Where the next region begins, if it has room there. */
  get next(): number {
    return this.head;
  }

  /** Makes bytes in the circle, which lie at {@link next} or behind, the beginning of a region. @returns whether it has room */
  claim(place: number, length: number): boolean {
    if (place + length > this.size) return false;
    this.evict(place, place + length);
    this.head = place + length;
    return true;
  }

  /** Copies bytes to `offset`; fast when they lie in {@link data}, and nothing at all where they are there already. */
  write(bytes: Uint8Array, start: number, end: number, offset: number): void {
    const shift = this.placeOf(bytes);
    if (shift + start === offset && shift >= 0) return;
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
    this.head = start + length;
    this.evict(start, this.head);
    return start;
  }

  /** The next region begins at `offset`: gives back what was reserved last, or its end, or takes note of one made in place. */
  goOn(offset: number): void {
    this.head = offset;
  }

  private evict(start: number, end: number): void {
    for (;;) {
      const oldest = this.owner.oldestOffset();
      if (oldest < 0 || oldest >= end || oldest + this.owner.oldestLength() <= start) return;
      this.owner.evictOldest();
    }
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
