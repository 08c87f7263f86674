import { parse } from 'dotenv';
import { type Expansion, expandReferences } from './references';

/** Variables by name, each expanded or with the reference that leads nowhere. */
export type Variables = ReadonlyMap<string, Expansion>;

/** UTF-16 units of a line, and lines of a file: beyond these it is no file of settings. */
const longestLine = 4096;
const mostLines = 20_000;

/**
 * Reads a `.env` file as dotenv does, then resolves `${NAME}` from the file itself, wherever the name stands in it.
 *
 * The file is read line by line: over a whole file, dotenv's expression takes time in the square of its length.
 */
export function readEnvFile(text: string): Variables {
  const raw = new Map<string, string>();
  const literal = new Set<string>();
  for (const line of text.split(/\r\n?|\n/, mostLines)) {
    if (line.length > longestLine || !/[=:]/.test(line)) continue;
    for (const [name, value] of Object.entries(parse(line.trim()))) {
      raw.set(name, value);
      if (/^[^=:]*[=:]\s*'/.test(line)) literal.add(name);
      else literal.delete(name);
    }
  }
  const variables = new Map<string, Expansion>();
  const resolve = (name: string): Expansion | undefined => {
    const known = variables.get(name);
    const value = raw.get(name);
    if (known !== undefined || value === undefined) return known;
    // Stays so only where the value refers to itself.
    variables.set(name, { missing: name });
    const expanded = literal.has(name) ? { text: value } : expandReferences(value, 'braces', resolve);
    variables.set(name, expanded);
    return expanded;
  };
  for (const name of raw.keys()) resolve(name);
  return variables;
}
