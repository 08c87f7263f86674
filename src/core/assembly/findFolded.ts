/*
 * WebAssembly, in AssemblyScript (https://www.assemblyscript.org): the one loop that has to run as fast as memory is read.
 * esbuild.js compiles it; ../foldedSearch.ts lays out the memory, with the needle at 0.
 */

/** Whether the needle stands at `at`, but for its first and last bytes, which have been compared already. */
function middleEquals(at: usize, length: usize, folds: usize): bool {
  for (let i: usize = 1; i + 1 < length; i++) {
    if ((load<u8>(at + i) | load<u8>(folds + i)) !== load<u8>(i)) return false;
  }
  return true;
}

/**
 * The first place in [from, end) of memory at which the needle stands, whole; -1 where there is none. Sixteen places at a
 * time are looked at for the needle's first and last byte together, which rarely meet but where the rest does, too.
 * @param length bytes of the needle, from 1 to `end - from`
 * @param folds where the bytes stand that are to be or-ed to the text before it is compared with the needle: 0x20, which
 * makes a capital a small letter, where the needle has a letter, else 0
 */
export function find(from: usize, end: usize, length: usize, folds: usize): i32 {
  const last = length - 1;
  const firstByte = i8x16.splat(load<i8>(0));
  const firstFold = i8x16.splat(load<i8>(folds));
  const lastByte = i8x16.splat(load<i8>(last));
  const lastFold = i8x16.splat(load<i8>(folds + last));
  const stop = end - last;
  for (let at = from; at < stop; at += 16) {
    const both = v128.and(
      i8x16.eq(v128.or(v128.load(at), firstFold), firstByte),
      i8x16.eq(v128.or(v128.load(at + last), lastFold), lastByte),
    );
    for (let places = i8x16.bitmask(both); places !== 0; places &= places - 1) {
      const place = at + ctz(places);
      if (place >= stop) return -1;
      if (middleEquals(place, length, folds)) return <i32>place;
    }
  }
  return -1;
}
