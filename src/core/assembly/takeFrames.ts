/*
 * WebAssembly, in AssemblyScript: the way from the socket to the ring of a message whose head (all bytes before the length
 * of its payload) has been seen before. ../knownHeads.ts lays out the memory. What is unexpected is not dealt with here, but
 * left for the frame scanner: a head not known, a frame that is not complete, a length too large, a broken line.
 */

/** Of the table of heads: u32 lane, u32 length, then the head's bytes. Each head has one slot in which it can be. */
const slotBits: u32 = 12;
const slotShift: usize = 7;
const slotHeader: usize = 8;
const headLimit: usize = (1 << slotShift) - slotHeader;

/** No message is shorter than this: its head alone has more bytes. */
const shortest: usize = 24;
const crLf: u32 = 0x0a0d;

let heads: usize = 0;
let list: usize = 0;
let listEntries: u32 = 0;
let largest: u32 = 0;
/** The end of what is read now. */
let textEnd: usize = 0;
/** Where the digits end that {@link readNumber} read. */
let numberEnd: usize = 0;
let taken: usize = 0;

/**
 * @param headTable where to keep heads, in `1 << 19` bytes
 * @param listAt where to list what was taken: u32 lane, u32 place of its payload and u32 size of that, of each
 * @param entries so many at a time at the most
 * @param payloadLimit bytes of the largest payload to be taken
 */
export function setUp(headTable: usize, listAt: usize, entries: u32, payloadLimit: u32): void {
  heads = headTable;
  list = listAt;
  listEntries = entries;
  largest = payloadLimit;
}

/** Forgets all heads. */
export function forget(): void {
  memory.fill(heads, 0, 1 << (slotShift + slotBits));
}

/** Remembers the head at [at, at + length) with its lane; one that is too long is not. */
export function remember(at: usize, length: usize, lane: u32): void {
  if (length < shortest || length > headLimit) return;
  const slot = slotOf(at, length);
  store<u32>(slot, lane);
  store<u32>(slot + 4, <u32>length);
  memory.copy(slot + slotHeader, at, length);
}

/** Whether a message with a known head begins at `from`. */
export function knows(from: usize, end: usize): bool {
  textEnd = end;
  const length = headLength(from);
  return length !== 0 && isKnown(from, length);
}

/** Where the first byte is that {@link take} did not take. */
export function takenTo(): usize {
  return taken;
}

/**
 * Takes the messages in [from, end): copies their payloads to `target`, one after the other, of which an empty one takes one
 * byte, too. There must be room for `end - from` bytes; they may be those that are read, then `target` is `from` at most.
 * @param staying payloads of so many bytes stay where they are, and the next ones follow them
 * @returns how many were taken and listed
 */
export function take(from: usize, end: usize, target: usize, staying: u32): u32 {
  textEnd = end;
  let at = from;
  let place = target;
  let count: u32 = 0;
  while (count < listEntries) {
    const length = headLength(at);
    if (length === 0 || !isKnown(at, length)) break;
    const size = readNumber(at + length);
    const payload = numberEnd + 2;
    if (numberEnd === at + length || size > largest || payload + size + 2 > end) break;
    if (load<u16>(numberEnd) !== crLf || load<u16>(payload + size) !== crLf) break;
    const entry = list + <usize>count * 12;
    // Before the payload is copied, perhaps to where the head is.
    store<u32>(entry, load<u32>(slotOf(at, length)));
    if (size >= staying) place = payload;
    else memory.copy(place, payload, size);
    store<u32>(entry + 4, <u32>place);
    store<u32>(entry + 8, size);
    place += size === 0 ? 1 : size;
    count++;
    at = payload + size + 2;
  }
  taken = at;
  return count;
}

/**
 * How long the head at `at` would be if it is one, up to the `$` of its payload; 0 where its bytes do not suffice. Only as
 * much is read as is needed to tell; {@link isKnown} compares every byte.
 */
function headLength(at: usize): usize {
  if (at + shortest > textEnd) return 0;
  // `*3\r\n$7\r\nmessage\r\n$`, or `*3\r\n$8\r\nsmessage\r\n$`, or `*4\r\n$8\r\npmessage\r\n$`.
  let name = at + 18 + (load<u8>(at + 5) === 0x38 ? 1 : 0);
  if (load<u8>(at + 1) === 0x34) {
    const pattern = readNumber(name);
    if (pattern > headLimit) return 0;
    name = numberEnd + 2 + pattern + 3;
  }
  const length = readNumber(name);
  if (length > headLimit) return 0;
  const headEnd = numberEnd + 2 + length + 3;
  return headEnd < textEnd && headEnd - at <= headLimit ? headEnd - at : 0;
}

/** The number whose digits begin at `at`, as far as they go, or more than any length where there are too many. */
function readNumber(at: usize): u32 {
  let value: u32 = 0;
  let place = at;
  for (const stop = min(textEnd, at + 9); place < stop; place++) {
    const digit = <u32>load<u8>(place) - 0x30;
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  numberEnd = place;
  return place === at + 9 ? u32.MAX_VALUE : value;
}

/** By its length and the end of its channel. */
function slotOf(at: usize, length: usize): usize {
  const word = load<u64>(at + length - 11);
  const mixed = (<u32>word ^ <u32>(word >> 32) ^ <u32>length) * 0x9e3779b1;
  return heads + ((<usize>(mixed >> (32 - slotBits))) << slotShift);
}

function isKnown(at: usize, length: usize): bool {
  const slot = slotOf(at, length);
  if (load<u32>(slot + 4) !== <u32>length) return false;
  const known = slot + slotHeader;
  const last = length - 16;
  for (let i: usize = 0; i < last; i += 16) {
    if (!i8x16.all_true(i8x16.eq(v128.load(at + i), v128.load(known + i)))) return false;
  }
  return i8x16.all_true(i8x16.eq(v128.load(at + last), v128.load(known + last)));
}
