import * as l10n from '@vscode/l10n';
import { displayBytes, displayText } from '../core/displayText';
import { failureText, isFailure } from '../core/failure';
import type { BuiltInProgram, BuiltInRun } from './builtInProgram';
import { GroupConsumer, type StreamEntry } from './consumerGroup';
import { DeadEntries } from './deadEntries';
import { duration, printMessage, printNote, printTotals, printWarning } from './output';
import type { RedisLink } from './redisLink';
import { simulateWork } from './simulatedWork';
import { flagOption, numberOption } from './workerConfig';

const drainPollMs = 200;

/**
 * Reads a stream in a consumer group by XREADGROUP and acknowledges each entry by XACK when it is done. First it finishes
 * what it had before a restart; what other consumers left for too long it claims by XAUTOCLAIM. What came back too often
 * goes to a stream of dead letters.
 */
export const consumeStream: BuiltInProgram = (run) => new StreamConsumer(run).work();

class StreamConsumer {
  private readonly link: RedisLink;
  private readonly group: GroupConsumer;
  private readonly dead: DeadEntries;
  private readonly idleMs: number;
  private readonly drain: boolean;
  /** Where it is among its own pending entries; undefined when it has seen them all. */
  private ownAfter: string | undefined = '0';
  private claimCursor = '0-0';
  private claimAt = 0;
  private claimed = 0;
  /** It cannot say that an entry is worked on, and has told so. */
  private defenceless = false;

  constructor(private readonly run: BuiltInRun) {
    this.link = run.connect();
    this.group = new GroupConsumer(run.config, this.link);
    this.dead = new DeadEntries(run.config, this.link, this.group);
    this.idleMs = numberOption(run.config, 'claimIdleMs');
    this.drain = flagOption(run.config, 'drain');
  }

  async work(): Promise<void> {
    const { stop, tally } = this.run;
    const { stream, group, consumer } = this.group;
    printNote(
      l10n.t(
        'XREADGROUP {0} · group {1}, consumer {2}',
        displayBytes(stream),
        displayText(group),
        displayText(consumer),
      ),
    );
    try {
      await this.group.create();
      while (await this.run.goesOn()) if (!(await this.group.within(() => this.round()))) break;
      if (!stop.aborted) printNote(l10n.t('nothing is left'));
      await this.group.leave();
    } finally {
      const claimed = this.claimed === 0 ? '' : ` · ${l10n.t('{0} claimed', this.claimed)}`;
      printTotals(`${l10n.t('{0} processed', tally.done)} · ${tally.pace()}${tally.failed()}${claimed}`);
    }
  }

  /** @returns false when everything is done and the worker shall end */
  private async round(): Promise<boolean> {
    if (this.ownAfter !== undefined) {
      const entry = await this.group.own(this.ownAfter);
      this.ownAfter = entry?.id.toString();
      if (entry !== undefined) await this.handleAgain(entry, l10n.t('had it before'));
      return true;
    }
    if (performance.now() >= this.claimAt) {
      const { next, entry, unnamed } = await this.group.claim(this.claimCursor);
      this.claimCursor = next;
      if (unnamed) this.ownAfter = '0';
      if (next === '0-0' && entry === undefined) this.claimAt = performance.now() + this.idleMs / 2;
      if (entry === undefined) return true;
      this.claimed += 1;
      await this.handleAgain(entry, l10n.t('claimed, it had been left'));
      return true;
    }
    const entry = await this.next();
    if (entry !== undefined) await this.handle(entry, '');
    else if (this.drain) return this.waitForOthers();
    return true;
  }

  private async next(): Promise<StreamEntry | undefined> {
    try {
      return await this.group.next(!this.drain);
    } catch (error) {
      if (!isFailure(error) || error.code !== 'outcomeUnknown') throw error;
      printWarning(l10n.t('outcome unknown: what may have been delivered is pending, and read again'));
      this.ownAfter = '0';
      return undefined;
    }
  }

  /** @returns false when nothing is pending at all */
  private async waitForOthers(): Promise<boolean> {
    if (this.ownAfter === undefined && (await this.group.pending()) === 0) return false;
    await this.link.pause(drainPollMs);
    return true;
  }

  private async handleAgain(entry: StreamEntry, remark: string): Promise<void> {
    const again = await this.dead.take(entry);
    if (again.kind === 'work') {
      const { remark: more } = again;
      await this.handle(entry, more === undefined ? remark : `${remark} · ${more}`);
    } else if (again.kind === 'buried') {
      const why = l10n.t('delivered {0} times, once too often', again.deliveries);
      const where = l10n.t('now in {0}', this.dead.shownStream);
      printMessage('✗', 'red', shownEntry(entry), `${why} · ${where}`);
    } else if (again.perhapsBuried) {
      const dead = this.dead.shownStream;
      printWarning(l10n.t('outcome unknown: {0} may be in {1}', shownEntry(entry), dead));
    }
  }

  private async handle(entry: StreamEntry, remark: string): Promise<void> {
    const shown = shownEntry(entry);
    const details = (...parts: readonly string[]): string =>
      [remark, ...parts].filter((part) => part !== '').join(' · ');
    if (entry.fields === undefined) {
      await this.group.acknowledge(entry);
      printWarning(`${shown}  ${details(l10n.t('was deleted from the stream: acknowledged'))}`);
      return;
    }
    const started = performance.now();
    switch (await this.simulate(entry)) {
      case 'dropped':
        printWarning(l10n.t('not finished, it stays pending: {0}', shown));
        return;
      case 'failed':
        this.run.tally.fail();
        printMessage('✗', 'red', shown, details(l10n.t('failed, stays pending until it is claimed')));
        return;
      case 'done': {
        const first = await this.group.acknowledge(entry);
        this.run.tally.add();
        const twice = first ? '' : l10n.t('was no longer pending: another may have done it, too');
        printMessage('✓', 'green', shown, details(duration(performance.now() - started), twice));
      }
    }
  }

  private async simulate(entry: StreamEntry) {
    const keeping = setInterval(() => {
      this.group.keep(entry).catch((error: unknown) => {
        if (!isFailure(error)) throw error;
        // Without a connection the outage is told of already.
        if (error.code !== 'permission' || this.defenceless) return;
        this.defenceless = true;
        printWarning(l10n.t('other consumers may claim and do what it works on. {0}', failureText(error)));
      });
    }, this.idleMs / 3);
    try {
      return await simulateWork(this.run, entry.id, { dropping: l10n.t('leaves it pending') });
    } finally {
      clearInterval(keeping);
    }
  }
}

function shownEntry({ id, fields = [] }: StreamEntry): string {
  const pairs: string[] = [];
  for (let index = 0; index + 1 < fields.length && pairs.length < 5; index += 2) {
    pairs.push(
      fields
        .slice(index, index + 2)
        .map((part) => displayBytes(part, 100))
        .join('='),
    );
  }
  return [displayBytes(id), ...pairs].join('  ');
}
