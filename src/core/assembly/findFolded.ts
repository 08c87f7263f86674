/*
 * WebAssembly, in AssemblyScript (https://www.assemblyscript.org): the one loop that has to run as fast as memory is read.
 * esbuild.js compiles it; ../foldedSearch.ts lays out the memory, with the needle at 0.
 */

/** Whether the needle stands at `at`. Beyond its end, needle and folds are 0xff, which makes all text equal to it. */
function standsAt(at: usize, padded: usize): bool {
  for (let i: usize = 0; i < padded; i += 16) {
    const folded = v128.or(v128.load(at + i), v128.load(padded + i));
    if (!i8x16.all_true(i8x16.eq(folded, v128.load(i)))) return false;
  }
  return true;
}

/**
 * The first place in [from, end) of memory at which the needle stands, whole; -1 where there is none. Sixteen places at a
 * time are looked at for the needle's first and last byte together, which rarely meet but where the rest does, too.
 * @param length bytes of the needle, from 1 to `end - from`
 * @param padded `length`, rounded up to whole vectors. There the folds begin, which are or-ed to the text before it is compared
 * with the needle: 0x20, which makes a capital a small letter, where the needle has a letter, else 0
 */
export function find(from: usize, end: usize, length: usize, padded: usize): i32 {
  const last = length - 1;
  const firstByte = i8x16.splat(load<i8>(0));
  const firstFold = i8x16.splat(load<i8>(padded));
  const lastByte = i8x16.splat(load<i8>(last));
  const lastFold = i8x16.splat(load<i8>(padded + last));
  const stop = end - last;
  for (let at = from; at < stop; at += 16) {
    const both = v128.and(
      i8x16.eq(v128.or(v128.load(at), firstFold), firstByte),
      i8x16.eq(v128.or(v128.load(at + last), lastFold), lastByte),
    );
    for (let places = i8x16.bitmask(both); places !== 0; places &= places - 1) {
      const place = at + ctz(places);
      if (place >= stop) return -1;
      if (standsAt(place, padded)) return <i32>place;
    }
  }
  return -1;
}
