import * as l10n from '@vscode/l10n';
import { type ParsedConnectionUrl, parseConnectionUrl } from '../connectionUrl';
import { displayText } from '../displayText';
import { toFailure } from '../failure';

/** A Redis that the workspace names. Only `parsed.password` is secret. */
export interface FoundRedis {
  readonly parsed: ParsedConnectionUrl;
  /** Files, and what in them, as in `.env · REDIS_URL`. */
  readonly origins: readonly string[];
}

/** Something that looked like a Redis, or a file that might name one, and why it is not on offer. Holds no secret. */
export interface FindProblem {
  readonly origin: string;
  readonly reason: string;
}

export interface FindResult {
  readonly found: readonly FoundRedis[];
  readonly problems: readonly FindProblem[];
}

/** Entries of each list; what is beyond it is told as one problem. */
const limit = 200;

/** Says in which file something stands, and where in it; both are foreign text. */
export function originIn(path: string, what?: string): string {
  const file = displayText(path);
  return what === undefined ? file : `${file} · ${displayText(what)}`;
}

/** Gathers what is found, the same address once: one without a password joins one with it. */
export class Findings {
  private readonly found: { parsed: ParsedConnectionUrl; origins: Set<string> }[] = [];
  private readonly problems: FindProblem[] = [];
  private beyond = 0;

  /** Adds an address, or the reason why it is none. */
  addUrl(url: string, origin: string, redirect: (parsed: ParsedConnectionUrl) => Redirected = same): void {
    let parsed: ParsedConnectionUrl;
    try {
      parsed = parseConnectionUrl(url);
    } catch (error) {
      this.addProblem(origin, toFailure(error).message);
      return;
    }
    const redirected = redirect(parsed);
    if ('reason' in redirected) this.addProblem(origin, redirected.reason);
    else this.add(redirected, origin);
  }

  addProblem(origin: string, reason: string): void {
    if (this.problems.some((known) => known.origin === origin && known.reason === reason)) return;
    if (this.problems.length < limit) this.problems.push({ origin, reason });
    else this.beyond++;
  }

  result(): FindResult {
    const more = l10n.t('{0} more entries are not shown.', this.beyond);
    return {
      found: this.found.map(({ parsed, origins }) => ({ parsed, origins: [...origins] })),
      problems: this.beyond === 0 ? this.problems : [...this.problems, { origin: '…', reason: more }],
    };
  }

  private add(parsed: ParsedConnectionUrl, origin: string): void {
    const known = this.found.find(
      (other) =>
        other.parsed.url === parsed.url &&
        (other.parsed.password === parsed.password ||
          other.parsed.password === undefined ||
          parsed.password === undefined),
    );
    if (known !== undefined) {
      known.origins.add(origin);
      if (parsed.password !== undefined) known.parsed = parsed;
    } else if (this.found.length < limit) this.found.push({ parsed, origins: new Set([origin]) });
    else this.beyond++;
  }
}

/** Where an address leads from here, or why it leads nowhere. */
export type Redirected = ParsedConnectionUrl | { readonly reason: string };

function same(parsed: ParsedConnectionUrl): Redirected {
  return parsed;
}
