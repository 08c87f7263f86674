import { code } from './assembly/takeFrames.wasm';

/** As takeFrames.ts has it: 4,096 heads of at most 120 bytes. */
const tableBytes = 524_288;
const listEntries = 4_096;
const entryBytes = 12;
/** A payload of so many bytes is not moved to save the room of its head. */
const stayingBytes = 1_024;
const noneStays = 0xffffffff;

interface Exports {
  setUp(headTable: number, listAt: number, entries: number, payloadLimit: number): void;
  forget(): void;
  remember(at: number, length: number, lane: number): void;
  knows(from: number, end: number): number;
  take(from: number, end: number, target: number, staying: number): number;
  takenTo(): number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * The heads of messages that came lately, with their lanes, and the fast way into the ring for messages that begin with one
 * of them: about 20 ns for each. All places are offsets in the memory given.
 */
export class KnownHeads {
  /** Bytes of memory that are needed here. */
  static readonly bytes = tableBytes + listEntries * entryBytes;
  /** Of each message taken in turn: its lane, where its payload begins and how large that is. */
  readonly list: Uint32Array;
  private readonly exports: Exports;

  /**
   * @param place where its own part of the memory begins, a multiple of 8
   * @param payloadLimit larger payloads are not taken, in bytes
   */
  constructor(memory: WebAssembly.Memory, place: number, payloadLimit: number) {
    compiled ??= new WebAssembly.Module(code);
    const instance = new WebAssembly.Instance(compiled, { env: { memory } });
    this.exports = instance.exports as Exports;
    this.list = new Uint32Array(memory.buffer, place + tableBytes, listEntries * 3);
    this.exports.setUp(place, place + tableBytes, listEntries, payloadLimit);
  }

  /** Whether so many messages are as many as are taken at once, so that more may follow. */
  isFull(count: number): boolean {
    return count === listEntries;
  }

  /** To be called when lanes are given up or no longer wanted. */
  forget(): void {
    this.exports.forget();
  }

  /** @param start where the frame begins; its head goes on to the `$` before the payload's length, at `end - 1` */
  remember(start: number, end: number, lane: number): void {
    this.exports.remember(start, end - start, lane);
  }

  /** Whether a message that {@link take} takes may begin at `from`. */
  knows(from: number, end: number): boolean {
    return this.exports.knows(from, end) !== 0;
  }

  /**
   * Takes messages from [from, end), their payloads to `target`, one after the other; an empty one takes a byte. There must be
   * room for `end - from` bytes.
   * @param inPlace the room is that of the messages themselves, so that large payloads stay where they are; `target` is
   * `from` then, or before it
   * @returns how many there are in {@link list}
   */
  take(from: number, end: number, target: number, inPlace: boolean): number {
    return this.exports.take(from, end, target, inPlace ? stayingBytes : noneStays);
  }

  /** Where the first byte is that the last {@link take} did not take. */
  get takenTo(): number {
    return this.exports.takenTo() >>> 0;
  }
}
