import { randomUUID } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { Failure, isFailure } from '../core/failure';
import { bytesOrNil, integer, list } from '../core/redisReply';
import type { BuiltInRun } from './builtInProgram';
import { printNote } from './output';
import type { RedisLink } from './redisLink';
import { releaseScript, renewScript, surveyScript } from './reliableScripts';
import { keyOption, numberOption } from './workerConfig';

/** Workers on one queue at once. */
const mostLists = 64;

/**
 * The processing list that a reliable worker has for itself. The first worker on a queue gets `<q>:processing`, the next
 * ones `<q>:processing:2`, `:3` and so on: whoever sets the key `<list>:lease` owns the list, and keeps it by renewing that
 * key. So a message in a list whose lease is gone was left by a dead worker, and no living one loses a message to others.
 */
export class ProcessingList {
  private readonly base: Buffer;
  private readonly token = randomUUID();
  private readonly leaseMs: number;
  private readonly heart: RedisLink;
  private timer: NodeJS.Timeout | undefined;
  private beating = false;
  private number = 0;
  private failure: unknown;

  constructor(
    run: BuiltInRun,
    private readonly link: RedisLink,
  ) {
    this.base = keyOption(run.config, 'processing');
    this.leaseMs = numberOption(run.config, 'leaseSeconds') * 1_000;
    this.heart = run.connect('lease');
  }

  /** The list of this worker, as of now: whoever takes a message remembers where it lies. */
  get key(): Buffer {
    return this.listKey(this.number);
  }

  /**
   * Makes sure that this worker owns a list, another one where the lease of its own had lapsed.
   * @returns whether the list is new to it, and may hold what a dead worker left
   * @throws {Failure} what keeps it from renewing its lease
   */
  async own(): Promise<boolean> {
    if (this.failure !== undefined) throw this.failure;
    if (this.number !== 0) return false;
    for (let number = 1; number <= mostLists; number++) {
      if (!(await this.lease(number))) continue;
      this.number = number;
      // Here, where a refusal of the script can be told before a message is taken.
      await this.link.repeat(['EVAL', renewScript, 1, this.leaseKey(number), this.token, this.leaseMs]);
      this.timer ??= setInterval(() => void this.beat(), this.leaseMs / 3);
      return true;
    }
    throw new Failure('server', l10n.t('{0} workers work on this queue already.', mostLists), {
      hint: l10n.t('Give these workers another name of the processing list (option "processing").'),
    });
  }

  /**
   * Looks at all processing lists of the queue.
   * @returns how many hold messages, and the numbers of those that dead workers left
   */
  async survey(): Promise<{ busy: number; abandoned: readonly number[] }> {
    const numbers = Array.from({ length: mostLists }, (_, index) => index + 1);
    const keys = numbers.flatMap((number) => [this.listKey(number), this.leaseKey(number)]);
    const { reply } = await this.link.repeat(['EVAL', surveyScript, keys.length, ...keys]);
    const [busy = 0, ...abandoned] = list(reply).map(integer);
    return { busy, abandoned };
  }

  /** Takes the lease of a list for a while. False when another has it. */
  async lease(number: number): Promise<boolean> {
    const command = ['SET', this.leaseKey(number), this.token, 'NX', 'PX', this.leaseMs] as const;
    const { reply, again } = await this.link.repeat(command);
    if (reply !== null || !again) return reply !== null;
    // The first attempt may have been ours.
    const holder = bytesOrNil((await this.link.repeat(['GET', this.leaseKey(number)])).reply);
    return holder?.toString() === this.token;
  }

  /** The keys of a list and its lease, and what proves that the lease is ours. */
  held(number: number): { list: Buffer; lease: Buffer; token: string } {
    return { list: this.listKey(number), lease: this.leaseKey(number), token: this.token };
  }

  /** The number of this worker's own list. */
  get ownNumber(): number {
    return this.number;
  }

  /** Gives up the lease of a list of which nothing is needed any more. */
  async release(number: number): Promise<void> {
    const command = ['EVAL', releaseScript, 1, this.leaseKey(number), this.token] as const;
    await this.link.repeat(command, { finishing: true });
  }

  /** Ends the heartbeat, and gives the list to the next worker; where that fails, the lease lapses by itself. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    if (this.number === 0) return;
    await this.release(this.number).catch((error: unknown) => {
      if (!isFailure(error)) throw error;
    });
  }

  private async beat(): Promise<void> {
    const { number } = this;
    if (this.beating || number === 0) return;
    this.beating = true;
    try {
      const renew = ['EVAL', renewScript, 1, this.leaseKey(number), this.token, this.leaseMs] as const;
      const renewed = integer(await this.heart.send(renew, { finishing: true })) === 1;
      if (!renewed) this.lapsed();
    } catch (error) {
      if (!isFailure(error)) throw error;
      // Without a reply the next beat tells more; after the end nothing matters.
      const open = ['outcomeUnknown', 'timeout', 'cancelled', 'unreachable'].includes(error.code);
      if (!open) this.failure = error;
    } finally {
      this.beating = false;
    }
  }

  private lapsed(): void {
    printNote(l10n.t('the lease on {0} had lapsed', displayBytes(this.key)));
    this.number = 0;
  }

  private listKey(number: number): Buffer {
    return number <= 1 ? this.base : Buffer.concat([this.base, Buffer.from(`:${number}`)]);
  }

  private leaseKey(number: number): Buffer {
    return Buffer.concat([this.listKey(number), Buffer.from(':lease')]);
  }
}
