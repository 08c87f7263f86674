import { FilterJson } from './filterJson';
import { FilterRegex } from './filterRegex';
import { FilterText } from './filterText';
import type { TrafficFilter } from './trafficFilter';

/**
 * Reads a filter as it is typed: `/expression/ims` is a regular expression, what begins with `$.`, `$[` or `!$` compares
 * fields of JSON, and all else is a text to be found in payload or channel. Undefined for nothing at all.
 * @throws {Failure} `argument` with a sentence on what is wrong with it
 */
export function parseFilter(text: string): TrafficFilter | undefined {
  if (text === '') return undefined;
  const expression = /^\/(.+)\/([ims]*)$/s.exec(text);
  if (expression !== null) return new FilterRegex(text, expression[1] ?? '', expression[2] ?? '');
  if (/^\s*(?:!\s*)?\$[.[]/.test(text)) return new FilterJson(text);
  return new FilterText(text);
}
