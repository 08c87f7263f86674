import { parseConditions } from './filterJsonSyntax';
import { compareJson, type JsonComparison } from './jsonComparison';
import { findFields } from './jsonField';
import { rangeLimit, type TrafficFilter } from './trafficFilter';

/**
 * Compares fields of JSON payloads: `$.priority == "high" && $.items[*].id in [1, 2] && !$.done`. Numbers are compared
 * exactly, whatever their size. Where a path leads to several values, one that fits is enough. A comparison with a field
 * that is not there fails, also with `!=`.
 */
export class FilterJson implements TrafficFilter {
  readonly batch = 2_048;
  private readonly conditions: readonly JsonComparison[];

  /** @throws {Failure} `argument` with what is wrong and where */
  constructor(readonly text: string) {
    this.conditions = parseConditions(text);
  }

  matchesChannel(): boolean {
    return false;
  }

  matchesPayload(data: Buffer, start: number, end: number): boolean {
    return this.conditions.every((condition) => {
      let holds = false;
      findFields(data, start, end, condition.path, (from, to) => {
        holds ||= compareJson(data.toString('utf8', from, to), condition);
      });
      return holds !== condition.negated;
    });
  }

  /** The values that were compared. */
  ranges(shown: string): [start: number, end: number][] {
    const bytes = Buffer.from(shown);
    const ranges: [number, number][] = [];
    for (const condition of this.conditions) {
      findFields(bytes, 0, bytes.length, condition.path, (from, to) => {
        if (ranges.length >= rangeLimit || !compareJson(bytes.toString('utf8', from, to), condition)) return;
        const start = bytes.toString('utf8', 0, from).length;
        ranges.push([start, start + bytes.toString('utf8', from, to).length]);
      });
    }
    return withoutOverlaps(ranges);
  }
}

function withoutOverlaps(ranges: [number, number][]): [number, number][] {
  const sorted = ranges.sort(([a], [b]) => a - b);
  return sorted.filter(([start], at) => start >= Math.max(0, ...sorted.slice(0, at).map(([, end]) => end)));
}
