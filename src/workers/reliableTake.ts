import * as l10n from '@vscode/l10n';
import type { RedisCommand } from '../core/commandPort';
import { Failure } from '../core/failure';
import { bytesOrNil } from '../core/redisReply';
import { printNote } from './output';
import { blockSeconds, replyLimitMs } from './queueConsumer';
import { isUnknownCommand, type RedisLink } from './redisLink';

/** How to take from a queue into a processing list, atomically. */
export class ReliableTake {
  private old = false;

  /**
   * @param side the end of the queue that is consumed
   * @param waits by BLMOVE for up to a second; otherwise by LMOVE, not at all
   */
  constructor(
    private readonly link: RedisLink,
    private readonly queue: Buffer,
    private readonly side: 'L' | 'R',
    private readonly waits: boolean,
  ) {}

  /** The command's name. */
  get command(): string {
    return this.waits ? 'BLMOVE' : 'LMOVE';
  }

  /** The next message, which lies in `list` from now on; undefined when there is none. */
  async next(list: Buffer): Promise<Buffer | undefined> {
    const options = { timeoutMs: replyLimitMs };
    if (this.old) return bytesOrNil(await this.link.send(this.oldCommand(list), options)) ?? undefined;
    try {
      return bytesOrNil(await this.link.send(this.newCommand(list), options)) ?? undefined;
    } catch (error) {
      if (!isUnknownCommand(error)) throw error;
      this.fallBack();
      return this.next(list);
    }
  }

  /** Redis before 6.2 moves from the tail to the head only. */
  private fallBack(): void {
    if (this.side === 'L') {
      const what = l10n.t('This server has no {0}, which Redis has since 6.2.', this.command);
      throw new Failure('server', what, {
        hint: l10n.t('Without it a queue can be taken from reliably only at its tail (option "consume").'),
      });
    }
    this.old = true;
    const [name] = this.oldCommand(this.queue);
    printNote(l10n.t('this server has no {0} (Redis 6.2): uses {1}', this.command, name));
  }

  private newCommand(list: Buffer): RedisCommand {
    const from = this.side === 'L' ? 'LEFT' : 'RIGHT';
    return this.waits
      ? ['BLMOVE', this.queue, list, from, 'LEFT', blockSeconds]
      : ['LMOVE', this.queue, list, from, 'LEFT'];
  }

  private oldCommand(list: Buffer): RedisCommand {
    return this.waits ? ['BRPOPLPUSH', this.queue, list, blockSeconds] : ['RPOPLPUSH', this.queue, list];
  }
}
