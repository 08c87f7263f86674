import { rangeLimit, type TrafficFilter } from './trafficFilter';

/** ASCII capitals as small letters, one for one, so that places in the text stay what they are. */
function foldText(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function foldByte(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/**
 * A text to be found in bytes. ASCII letters match in either case; every other character matches only the very bytes
 * of its UTF-8 form, so that `É` is not found by `é`.
 */
export class FilterText implements TrafficFilter {
  readonly batch = 16_384;
  /** The needle's bytes, folded. */
  private readonly needle: Buffer;
  /** The needle as it stands in {@link folded}: one character a byte. */
  private readonly needleText: string;
  private readonly shown: string;
  /** Folding by `toLowerCase` also equates some bytes above ASCII, so that finds must be checked. */
  private readonly mustCheck: boolean;

  constructor(readonly text: string) {
    this.needle = Buffer.from(foldText(text), 'utf8');
    this.needleText = this.needle.toString('latin1').toLowerCase();
    this.shown = foldText(text);
    this.mustCheck = this.needle.some((byte) => byte >= 0x80);
  }

  /** Length of the needle in bytes. */
  get length(): number {
    return this.needle.length;
  }

  /** A stretch of bytes prepared for {@link find}: one character a byte. */
  folded(data: Buffer, start: number, end: number): string {
    return data.toString('latin1', start, end).toLowerCase();
  }

  /** Where the needle stands in a text made by {@link folded} of the bytes from `dataStart`, at `from` or later; else -1. */
  find(text: string, from: number, data: Buffer, dataStart: number): number {
    let at = text.indexOf(this.needleText, from);
    while (this.mustCheck && at >= 0 && !this.standsAt(data, dataStart + at)) {
      at = text.indexOf(this.needleText, at + 1);
    }
    return at;
  }

  matchesChannel(channel: Buffer): boolean {
    return this.matchesPayload(channel, 0, channel.length);
  }

  matchesPayload(data: Buffer, start: number, end: number): boolean {
    return end - start >= this.length && this.find(this.folded(data, start, end), 0, data, start) >= 0;
  }

  ranges(shown: string): [start: number, end: number][] {
    const ranges: [number, number][] = [];
    if (this.shown === '') return ranges;
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

  private standsAt(data: Buffer, start: number): boolean {
    for (let at = 0; at < this.needle.length; at++) {
      if (foldByte(data[start + at] ?? 0) !== this.needle[at]) return false;
    }
    return true;
  }
}
