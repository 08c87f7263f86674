import * as l10n from '@vscode/l10n';
import { RE2JS } from 're2js';
import { displayText } from './displayText';
import { Failure } from './failure';
import { rangeLimit, type TrafficFilter } from './trafficFilter';

/** An expression is looked for in the first so many bytes of a message, so that none holds the capture up. */
const searchedBytes = 1_048_576;

/**
 * A regular expression over payload and channel, in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax): it takes
 * time in proportion to the text, whatever the expression, since an expression that runs away would lose messages.
 */
export class FilterRegex implements TrafficFilter {
  readonly batch = 2_048;
  private readonly expression: RE2JS;

  /** @param flags letters of `ims` @throws {Failure} `argument` */
  constructor(
    readonly text: string,
    source: string,
    flags: string,
  ) {
    try {
      this.expression = RE2JS.compile(source, flagBits(flags));
    } catch (error) {
      throw new Failure(
        'argument',
        l10n.t(
          'The regular expression cannot be read: {0}.',
          displayText(error instanceof Error ? error.message : String(error), 200),
        ),
        { hint: l10n.t('Look-around and back-references are not supported.'), cause: error },
      );
    }
  }

  matchesChannel(channel: Buffer): boolean {
    return this.expression.test(channel.toString('utf8'));
  }

  matchesPayload(data: Buffer, start: number, end: number): boolean {
    return this.expression.test(data.toString('utf8', start, Math.min(end, start + searchedBytes)));
  }

  ranges(shown: string): [start: number, end: number][] {
    const ranges: [number, number][] = [];
    const matcher = this.expression.matcher(shown);
    while (ranges.length < rangeLimit && matcher.find()) {
      if (matcher.end() > matcher.start()) ranges.push([matcher.start(), matcher.end()]);
    }
    return ranges;
  }
}

function flagBits(flags: string): number {
  return (
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0)
  );
}
