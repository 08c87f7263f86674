/** One step into JSON: into the members of a name, or into the element with an index, where there is none into all. */
export type JsonStep = { readonly name: string } | { readonly index: number | undefined };

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Calls back with the place [start, end) of every value that a path leads to, duplicates of a name included, in the JSON
 * text at [start, end) of `data`. Reads no more than it must and makes no objects, so that neither depth nor size nor the
 * precision of numbers matters. What is malformed or cut off ends the search.
 */
export function findFields(
  data: Buffer,
  start: number,
  end: number,
  path: readonly JsonStep[],
  found: (start: number, end: number) => void,
): void {
  visit(skipSpace(data, start, end), 0);

  /** @returns the index behind the value at `at`, or -1 when it is malformed */
  function visit(at: number, depth: number): number {
    if (depth === path.length) {
      const valueEnd = skipValue(data, at, end);
      if (valueEnd > at) found(at, valueEnd);
      return valueEnd;
    }
    const step = path[depth];
    if (step !== undefined && 'name' in step) {
      return data[at] === openBrace ? members(at, step.name, depth) : skipValue(data, at, end);
    }
    return data[at] === openBracket ? elements(at, step?.index, depth) : skipValue(data, at, end);
  }

  function members(open: number, name: string, depth: number): number {
    let at = skipSpace(data, open + 1, end);
    if (data[at] === closeBrace) return at + 1;
    for (;;) {
      if (data[at] !== quote) return -1;
      const nameEnd = skipString(data, at, end);
      if (nameEnd < 0) return -1;
      const wanted = isName(data, at, nameEnd, name);
      at = skipSpace(data, nameEnd, end);
      if (data[at] !== colon) return -1;
      at = skipSpace(data, at + 1, end);
      at = wanted ? visit(at, depth + 1) : skipValue(data, at, end);
      if (at < 0) return -1;
      at = skipSpace(data, at, end);
      if (data[at] === closeBrace) return at + 1;
      if (data[at] !== comma) return -1;
      at = skipSpace(data, at + 1, end);
    }
  }

  function elements(open: number, wanted: number | undefined, depth: number): number {
    let at = skipSpace(data, open + 1, end);
    if (data[at] === closeBracket) return at + 1;
    for (let index = 0; ; index++) {
      at = wanted === undefined || wanted === index ? visit(at, depth + 1) : skipValue(data, at, end);
      if (at < 0) return -1;
      at = skipSpace(data, at, end);
      if (data[at] === closeBracket) return at + 1;
      if (data[at] !== comma) return -1;
      at = skipSpace(data, at + 1, end);
    }
  }
}

/** The elements of a list, each as it stands there. */
export function elementsOf(list: string): string[] {
  const bytes = Buffer.from(list);
  const elements: string[] = [];
  findFields(bytes, 0, bytes.length, [{ index: undefined }], (start, end) => {
    elements.push(bytes.toString('utf8', start, end));
  });
  return elements;
}

/** The index of the first byte from `at` on that is no white space, at most `end`. */
export function skipSpace(data: Buffer, at: number, end: number): number {
  let next = at;
  while (next < end) {
    const byte = data[next];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    next++;
  }
  return next;
}

/** The index behind the value that begins at `at`; -1 when it is none, or not complete. */
export function skipValue(data: Buffer, at: number, end: number): number {
  if (at >= end) return -1;
  const first = data[at];
  if (first === quote) return skipString(data, at, end);
  if (first !== openBrace && first !== openBracket) return skipWord(data, at, end);
  let depth = 0;
  for (let next = at; next < end; next++) {
    const byte = data[next];
    if (byte === quote) {
      next = skipString(data, next, end) - 1;
      if (next < 0) return -1;
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) return next + 1;
    }
  }
  return -1;
}

function skipString(data: Buffer, at: number, end: number): number {
  for (let next = at + 1; next < end; next++) {
    const byte = data[next];
    if (byte === backslash) next++;
    else if (byte === quote) return next + 1;
  }
  return -1;
}

/** A number, `true`, `false` or `null`: letters, digits and `+ - .`. */
function skipWord(data: Buffer, at: number, end: number): number {
  let next = at;
  while (next < end) {
    const byte = data[next] ?? 0;
    const isWord =
      (byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x61 && byte <= 0x7a) ||
      byte === 0x45 ||
      byte === 0x2b ||
      byte === 0x2d ||
      byte === 0x2e;
    if (!isWord) break;
    next++;
  }
  return next > at ? next : -1;
}

function isName(data: Buffer, start: number, end: number, name: string): boolean {
  const raw = data.toString('utf8', start, end);
  if (!raw.includes('\\')) return raw.length === name.length + 2 && raw.slice(1, -1) === name;
  return readString(raw) === name;
}

/** The text of a JSON string with its quotes; undefined when it is malformed. */
export function readString(raw: string): string | undefined {
  try {
    const text: unknown = JSON.parse(raw);
    return typeof text === 'string' ? text : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
