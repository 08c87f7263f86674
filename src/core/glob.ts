const asterisk = 0x2a;
const question = 0x3f;
const open = 0x5b;
const close = 0x5d;
const backslash = 0x5c;
const caret = 0x5e;
const hyphen = 0x2d;

/** Where a `[…]` class ends, and whether it holds the byte. */
interface ClassMatch {
  readonly matched: boolean;
  /** Index of the closing bracket, or of the last byte where none closes it. */
  readonly end: number;
}

/** The class whose `[` stands at `start`. Redis takes an unclosed class as closed by the pattern's end. */
function matchClass(pattern: Uint8Array, start: number, byte: number): ClassMatch {
  let at = start + 1;
  const negated = pattern[at] === caret;
  if (negated) at++;
  let matched = false;
  for (; ; at++) {
    if (at >= pattern.length) return { matched: matched !== negated, end: pattern.length - 1 };
    const low = pattern[at] ?? 0;
    if (low === backslash && at + 1 < pattern.length) {
      at++;
      if (pattern[at] === byte) matched = true;
    } else if (low === close) {
      return { matched: matched !== negated, end: at };
    } else if (at + 2 < pattern.length && pattern[at + 1] === hyphen) {
      const high = pattern[at + 2] ?? 0;
      at += 2;
      if (byte >= Math.min(low, high) && byte <= Math.max(low, high)) matched = true;
    } else if (low === byte) {
      matched = true;
    }
  }
}

/**
 * Whether a Redis glob matches a name, byte for byte as the server's `stringmatchlen` decides it for PSUBSCRIBE and
 * PUBSUB CHANNELS: `*`, `?`, `[a-z]`, `[^…]` and `\` to take the next byte as it is. Only a range with an end beyond
 * ASCII is not certain, since there the server's answer depends on its processor (signed or unsigned `char`).
 *
 * Takes time in the product of both lengths at the worst, never more: only the last `*` is ever tried again.
 */
export function globMatches(pattern: Uint8Array, name: Uint8Array): boolean {
  // The server never enters its loop for an empty name, so that not even `*` matches it.
  if (name.length === 0) return pattern.length === 0;
  let p = 0;
  let n = 0;
  let starAt = -1;
  let resumeAt = 0;
  for (;;) {
    if (p < pattern.length && pattern[p] === asterisk) {
      starAt = p++;
      resumeAt = n;
      continue;
    }
    if (n === name.length && p === pattern.length) return true;
    const next = n < name.length && p < pattern.length ? matchOne(pattern, p, name[n] ?? 0) : 0;
    if (next > 0) {
      p = next;
      n++;
    } else if (starAt >= 0 && resumeAt < name.length) {
      p = starAt + 1;
      n = ++resumeAt;
    } else {
      return false;
    }
  }
}

/** The index behind the pattern's element at `p` if that element takes `byte`, else 0. */
function matchOne(pattern: Uint8Array, p: number, byte: number): number {
  const code = pattern[p];
  if (code === question) return p + 1;
  if (code === open) {
    const inside = matchClass(pattern, p, byte);
    return inside.matched ? inside.end + 1 : 0;
  }
  const literal = code === backslash && p + 1 < pattern.length ? p + 1 : p;
  return pattern[literal] === byte ? literal + 1 : 0;
}
