import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { Failure, isFailure } from '../core/failure';
import { bytesOrNil, integer } from '../core/redisReply';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import type { BuiltInProgram, BuiltInRun } from './builtInProgram';
import { CrashOnDemand } from './crashStep';
import { JobRecord } from './jobRecord';
import { duration, printMessage, printNote, printTotals, printWarning } from './output';
import { ProcessingList } from './processingList';
import { ProcessingRecovery } from './processingRecovery';
import type { RedisLink } from './redisLink';
import { confirmScript } from './reliableScripts';
import { ReliableTake } from './reliableTake';
import { simulateWork } from './simulatedWork';
import { consumedSide, flagOption, keyOption, numberOption, onlyTarget } from './workerConfig';

const drainPollMs = 200;

/**
 * Takes messages by BLMOVE into a processing list of its own and removes each by LREM when it is done, so that a message
 * is in exactly one list until then. What failed, or what a dead worker left, goes back to the queue, and after the
 * retries to the dead-letter list. Every message is worked on at least once.
 */
export const workReliably: BuiltInProgram = (run) => new ReliableWorker(run).work();

class ReliableWorker {
  private readonly link: RedisLink;
  private readonly crash: CrashOnDemand;
  private readonly processing: ProcessingList;
  private readonly recovery: ProcessingRecovery;
  private readonly take: ReliableTake;
  private readonly drain: boolean;
  private readonly surveyMs: number;
  private surveyedAt = Number.NEGATIVE_INFINITY;
  private waitsForOthers = false;

  constructor(private readonly run: BuiltInRun) {
    const { config } = run;
    requireDifferentLists(config);
    this.link = run.connect();
    this.crash = new CrashOnDemand(config);
    this.processing = new ProcessingList(run, this.link);
    this.recovery = new ProcessingRecovery(run, this.link, this.processing, this.crash);
    this.drain = flagOption(config, 'drain');
    this.take = new ReliableTake(this.link, onlyTarget(config), consumedSide(config), !this.drain);
    this.surveyMs = (numberOption(config, 'leaseSeconds') * 1_000) / 2;
  }

  async work(): Promise<void> {
    const { config, stop, tally } = this.run;
    const queue = displayBytes(onlyTarget(config));
    printNote(
      this.drain
        ? l10n.t('{0} {1} · until nothing is left', this.take.command, queue)
        : l10n.t('{0} {1} · waits for messages until Ctrl+C', this.take.command, queue),
    );
    try {
      while (await this.run.goesOn()) if (!(await this.round())) break;
      if (!stop.aborted) printNote(l10n.t('nothing is left'));
    } finally {
      await this.processing.end();
      const { count } = this.recovery;
      const recovered = count === 0 ? '' : ` · ${l10n.t('{0} recovered', count)}`;
      printTotals(`${l10n.t('{0} processed', tally.done)} · ${tally.pace()}${tally.failed()}${recovered}`);
    }
  }

  /** @returns false when everything is done and the worker shall end */
  private async round(): Promise<boolean> {
    if (await this.processing.own()) {
      this.recovery.announce(displayBytes(this.processing.key));
      await this.recovery.recover(this.processing.ownNumber);
      this.crash.step('leased');
    }
    // Lapsed meanwhile: what it is called then may belong to another.
    if (this.processing.ownNumber === 0) return true;
    const list = this.processing.key;
    const message = (await this.survey(list)) ?? (await this.next(list));
    if (message !== undefined) {
      this.crash.step('taken');
      await this.handle(list, message);
      return true;
    }
    return !this.drain || !(await this.allDone());
  }

  /**
   * From time to time: puts back what dead workers left. A message in the own list, which is empty between two messages,
   * came by a reply that was lost: it is the next.
   */
  private async survey(list: Buffer): Promise<Buffer | undefined> {
    if (performance.now() - this.surveyedAt < this.surveyMs) return undefined;
    this.surveyedAt = performance.now();
    await this.recovery.recoverAbandoned((await this.processing.survey()).abandoned);
    const { reply } = await this.link.repeat(['LINDEX', list, -1]);
    return bytesOrNil(reply) ?? undefined;
  }

  private async next(list: Buffer): Promise<Buffer | undefined> {
    try {
      return await this.take.next(list);
    } catch (error) {
      if (!isFailure(error) || error.code !== 'outcomeUnknown') throw error;
      printWarning(l10n.t('outcome unknown: what may have been taken is in {0}', displayBytes(list)));
      this.surveyedAt = Number.NEGATIVE_INFINITY;
      return undefined;
    }
  }

  /** Nothing on the queue, and nothing in the hands of other workers that may yet come back. */
  private async allDone(): Promise<boolean> {
    const { busy } = await this.processing.survey();
    const waiting = integer((await this.link.repeat(['LLEN', onlyTarget(this.run.config)])).reply);
    if (busy === 0 && waiting === 0) return true;
    if (waiting === 0 && !this.waitsForOthers) {
      this.waitsForOthers = true;
      printNote(l10n.t('waits for what is in {0} other processing lists', busy));
    }
    await this.link.pause(drainPollMs);
    return false;
  }

  private async handle(list: Buffer, message: Buffer): Promise<void> {
    try {
      await this.workOn(list, message);
    } catch (error) {
      // Another worker will find it there.
      printWarning(l10n.t('not finished, it stays in {0}: {1}', displayBytes(list), displayBytes(message)));
      throw error;
    }
  }

  private async workOn(list: Buffer, message: Buffer): Promise<void> {
    const started = performance.now();
    const { config } = this.run;
    const record = flagOption(config, 'jobs') ? new JobRecord(this.link, config, message) : undefined;
    const payload = await record?.begin();
    if (record !== undefined && payload === undefined) {
      const why = l10n.t('there is no hash {0}', record.shownKey);
      return this.failed(list, message, undefined, why);
    }
    const outcome = await simulateWork(this.run, message, {
      dropping: l10n.t('leaves it in {0}', displayBytes(list)),
      halfway: () => this.crash.step('working'),
    });
    switch (outcome) {
      case 'dropped':
        printWarning(l10n.t('not finished, it stays in {0}: {1}', displayBytes(list), displayBytes(message)));
        return;
      case 'failed':
        return this.failed(list, message, record, l10n.t('failed'));
      case 'done': {
        const status = await record?.done();
        this.crash.step('worked');
        const confirmed = await this.confirm(list, message);
        this.crash.step('confirmed');
        // Only now: whoever takes over what was not confirmed needs the hash.
        const became = (confirmed ? await record?.tidyUp() : undefined) ?? status;
        const details = [...(became === undefined ? [] : [became]), duration(performance.now() - started)];
        this.done(message, confirmed, details.join(' · '));
      }
    }
  }

  /** @returns false when the message was not in the list any more */
  private async confirm(list: Buffer, message: Buffer): Promise<boolean> {
    const command = ['EVAL', confirmScript, 2, list, this.recovery.attemptsKey, message] as const;
    const { reply, again } = await this.link.repeat(command, { finishing: true });
    return integer(reply) === 1 || again;
  }

  private done(message: Buffer, confirmed: boolean, detail: string): void {
    const shown = displayBytes(message);
    if (!confirmed) {
      printWarning(l10n.t('done, but another worker took it over meanwhile: {0}', shown));
      return;
    }
    this.run.tally.add();
    printMessage('✓', 'green', shown, detail);
  }

  private async failed(
    list: Buffer,
    message: Buffer,
    record: JobRecord | undefined,
    why: string,
  ): Promise<void> {
    // Before it is back on the queue, where another may begin it at once.
    await record?.end('pending');
    const back = await this.recovery.giveBack(list, message);
    this.crash.step('returned');
    if (back?.buried) await record?.end('failed');
    this.run.tally.fail();
    const where =
      back === undefined
        ? l10n.t('another worker took it over meanwhile')
        : back.buried
          ? l10n.t('once too often: now in {0}', this.recovery.shownDead)
          : l10n.t('back on the queue, return no. {0}', back.times);
    printMessage('✗', 'red', displayBytes(message), `${why} · ${where}`);
  }
}

/** A worker would take the queue for what a dead one left, and bury it. @throws {Failure} `argument` */
function requireDifferentLists(config: BuiltInWorkerConfig): void {
  const lists = [onlyTarget(config), keyOption(config, 'processing'), keyOption(config, 'dead')];
  if (new Set(lists.map((key) => key.toString('hex'))).size === lists.length) return;
  const what = l10n.t('Queue, processing list and dead-letter list must be three keys.');
  throw new Failure('argument', what, {
    hint: l10n.t('Give the worker other names of them (options "processing" and "dead").'),
  });
}
