import * as l10n from '@vscode/l10n';

/** What went wrong, as a word that programs can test. Never localised, never reused for another meaning. */
export type FailureCode =
  | 'argument'
  | 'noConnection'
  | 'unreachable'
  | 'notRedis'
  | 'authentication'
  | 'permission'
  | 'wrongType'
  | 'readOnly'
  | 'loading'
  | 'outOfMemory'
  | 'server'
  | 'timeout'
  | 'outcomeUnknown'
  | 'cancelled'
  | 'confirmation'
  | 'journal'
  | 'untrusted'
  | 'notFound'
  | 'internal';

/**
 * What of a connection to change, where that is neither address nor password: `encryption` where only one side speaks
 * TLS, or may, `certificate` where both do and the certificates are the matter, and `server` where none runs.
 */
export type FailureSubject = 'encryption' | 'certificate' | 'server';

export interface FailureOptions {
  /** One sentence with the next step. */
  readonly hint?: string;
  /** The error underneath; kept for the log, never shown as it is. */
  readonly cause?: unknown;
  readonly about?: FailureSubject;
}

/**
 * The only error that the product shows to a person: a code, one sentence of what happened (already localised) and
 * one sentence of what to do next. Neither carries a secret.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly hint: string;
  readonly about?: FailureSubject;

  constructor(
    readonly code: FailureCode,
    message: string,
    options: FailureOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint ?? '';
    if (options.about !== undefined) this.about = options.about;
  }

  /** The shape that a command rejects with and that survives structured clone and JSON. */
  toJSON(): { code: FailureCode; message: string; hint: string } {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/**
 * Whether an error is a {@link Failure}. By name and not by `instanceof`, because each bundle (host, redis, capture)
 * has its own copy of the class.
 */
export function isFailure(error: unknown): error is Failure {
  return error instanceof Error && error.name === 'Failure' && 'code' in error && 'hint' in error;
}

/** What happened and what to do next, in one line. */
export function failureText({ message, hint }: Pick<Failure, 'message' | 'hint'>): string {
  return hint === '' ? message : `${message} ${hint}`;
}

/** Any thrown value as a {@link Failure}; what is not one already becomes `internal` with its message as the cause. */
export function toFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('internal', message, { cause: error });
}

/** What ends when a person no longer wants it: without a word, since nothing can have changed. */
export function cancelled(): Failure {
  return new Failure('cancelled', l10n.t('Cancelled.'));
}
