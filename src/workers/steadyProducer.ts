import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { isFailure } from '../core/failure';
import type { BuiltInRun } from './builtInProgram';
import { type Colour, printMessage, printNote, printTotals, printWarning } from './output';
import { Pace } from './pace';
import type { RedisLink } from './redisLink';
import { numberOption, templateOption } from './workerConfig';

/** How a kind of producer sends, and what it says of it. */
export interface Production {
  /** Command and target, as they may be shown. */
  readonly what: string;
  /** Sends a message once. @throws {Failure} as {@link RedisLink.send} does */
  send(link: RedisLink, message: Buffer, n: number): Promise<Sent>;
  /** The last line's first words, for example "3 pushed". */
  total(done: number): string;
  /** What the last line has beside, beginning with " · ". */
  remarks?(): string;
}

export interface Sent {
  readonly tint: Colour;
  readonly detail: string;
}

/** Sends numbered messages at a steady rate, `count` of them or until Ctrl+C, each at most once. */
export async function produceSteadily(run: BuiltInRun, production: Production): Promise<void> {
  const { config, tally } = run;
  const rate = numberOption(config, 'rate');
  const count = numberOption(config, 'count');
  const template = templateOption(config, 'message');
  const link = run.connect();
  const pace = new Pace(rate);
  let unknown = 0;
  const { what } = production;
  printNote(
    count === 0
      ? l10n.t('{0} · {1}/s until Ctrl+C', what, rate)
      : l10n.t('{0} · {1} messages at {2}/s', what, count, rate),
  );
  try {
    for (let n = 1; (count === 0 || n <= count) && (await run.goesOn()); n++) {
      await link.pause(pace.waitMs());
      const message = template.message(n);
      try {
        const { tint, detail } = await production.send(link, message, n);
        tally.add();
        printMessage('→', tint, displayBytes(message), detail);
      } catch (error) {
        if (!isFailure(error) || error.code !== 'outcomeUnknown') throw error;
        unknown += 1;
        printWarning(l10n.t('outcome unknown, not sent again: {0}', displayBytes(message)));
      }
    }
  } finally {
    const doubt = unknown === 0 ? '' : ` · ${l10n.t('{0} with unknown outcome', unknown)}`;
    const remarks = production.remarks?.() ?? '';
    printTotals(`${production.total(tally.done)} · ${tally.pace()}${remarks}${doubt}`);
  }
}
