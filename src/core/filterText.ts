import { FoldedSearch } from './foldedSearch';
import { rangeLimit, type TrafficFilter } from './trafficFilter';

/** ASCII capitals as small letters, one for one, so that places in the text stay what they are. */
function foldText(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * A text to be found in bytes. ASCII letters match in either case; every other character matches only the very bytes
 * of its UTF-8 form, so that `É` is not found by `é`.
 */
export class FilterText implements TrafficFilter {
  readonly batch = 16_384;
  /** For many messages at once. */
  readonly search: FoldedSearch;
  /** For one; kept apart, since it is asked in the midst of a search. */
  private readonly single: FoldedSearch;
  private readonly shown: string;

  /** @param text at least one character */
  constructor(readonly text: string) {
    const needle = Buffer.from(text, 'utf8');
    this.search = new FoldedSearch(needle);
    this.single = new FoldedSearch(needle);
    this.shown = foldText(text);
  }

  matchesChannel(channel: Buffer): boolean {
    return this.matchesPayload(channel, 0, channel.length);
  }

  matchesPayload(data: Buffer, start: number, end: number): boolean {
    this.single.over(data, start, end);
    return this.single.next(start) >= 0;
  }

  ranges(shown: string): [start: number, end: number][] {
    const ranges: [number, number][] = [];
    const folded = foldText(shown);
    for (
      let at = folded.indexOf(this.shown);
      at >= 0 && ranges.length < rangeLimit;
      at = folded.indexOf(this.shown, at + this.shown.length)
    ) {
      ranges.push([at, at + this.shown.length]);
    }
    return ranges;
  }
}
