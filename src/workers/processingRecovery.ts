import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { bytes, integer, list } from '../core/redisReply';
import type { BuiltInRun } from './builtInProgram';
import type { CrashOnDemand } from './crashStep';
import { JobRecord } from './jobRecord';
import { printMessage, printNote } from './output';
import type { ProcessingList } from './processingList';
import type { RedisLink } from './redisLink';
import { recoverScript, returnScript } from './reliableScripts';
import { consumedSide, flagOption, keyOption, numberOption, onlyTarget, producerPush } from './workerConfig';

/** What became of a message that is not done. */
export interface Return {
  /** How often it came back, this time counted. */
  readonly times: number;
  /** It went to the dead-letter list. */
  readonly buried: boolean;
}

/** Puts messages back that failed or that dead workers left, and buries those that came back too often. */
export class ProcessingRecovery {
  readonly shownDead: string;
  private readonly queue: Buffer;
  private readonly dead: Buffer;
  private readonly attempts: Buffer;
  private readonly retries: number;
  private recovered = 0;

  constructor(
    private readonly run: BuiltInRun,
    private readonly link: RedisLink,
    private readonly processing: ProcessingList,
    private readonly crash: CrashOnDemand,
  ) {
    const { config } = run;
    this.queue = onlyTarget(config);
    this.dead = keyOption(config, 'dead');
    this.attempts = Buffer.concat([this.queue, Buffer.from(':attempts')]);
    this.retries = numberOption(config, 'retries');
    this.shownDead = displayBytes(this.dead);
  }

  /** How many messages of dead workers were put back. */
  get count(): number {
    return this.recovered;
  }

  /** The hash that counts, by the SHA-1 of a message, how often it came back. Equal messages share their count. */
  get attemptsKey(): Buffer {
    return this.attempts;
  }

  /** Puts a message that failed back, behind those that wait. Undefined when it is not in the list any more. */
  async giveBack(from: Buffer, message: Buffer): Promise<Return | undefined> {
    const { retries } = this;
    const keys = [from, this.queue, this.dead, this.attempts];
    const push = producerPush(this.run.config);
    const { reply } = await this.link.repeat(['EVAL', returnScript, 4, ...keys, retries, push, message], {
      finishing: true,
    });
    return reply === null ? undefined : returned(list(reply).map(integer));
  }

  /** Empties the lists whose owners are dead. */
  async recoverAbandoned(abandoned: readonly number[]): Promise<void> {
    for (const number of abandoned) {
      if (number === this.processing.ownNumber || !(await this.processing.lease(number))) continue;
      await this.recover(number);
      await this.processing.release(number);
    }
  }

  /** Empties a list of which this worker has the lease, to the front of the queue. */
  async recover(number: number): Promise<void> {
    const held = this.processing.held(number);
    const keys = [held.list, this.queue, this.dead, this.attempts, held.lease];
    const push = consumedSide(this.run.config) === 'L' ? 'LPUSH' : 'RPUSH';
    this.crash.step('recovering');
    for (;;) {
      const script = ['EVAL', recoverScript, 5, ...keys, this.retries, push, held.token] as const;
      const { reply } = await this.link.repeat(script);
      if (reply === null) return;
      const [message = null, ...rest] = list(reply);
      this.recovered += 1;
      const back = returned(rest.map(integer));
      this.tell(bytes(message), displayBytes(held.list), back);
      this.crash.step('recovered');
      if (back.buried && flagOption(this.run.config, 'jobs')) {
        await new JobRecord(this.link, this.run.config, bytes(message)).end('failed');
      }
    }
  }

  private tell(message: Buffer, from: string, { times, buried }: Return): void {
    const shown = displayBytes(message);
    if (buried) {
      const why = l10n.t('a dead worker left it in {0}, once too often: now in {1}', from, this.shownDead);
      printMessage('☠', 'red', shown, why);
      return;
    }
    printMessage(
      '↺',
      'yellow',
      shown,
      l10n.t('a dead worker left it in {0}, put back on the queue, return no. {1}', from, times),
    );
  }

  /** Says where everything lies. */
  announce(list: string): void {
    printNote(l10n.t('processing list {0} · after {1} retries to {2}', list, this.retries, this.shownDead));
  }
}

function returned([times = 0, buried = 0]: readonly number[]): Return {
  return { times, buried: buried === 1 };
}
