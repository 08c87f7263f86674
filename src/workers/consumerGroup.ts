import * as l10n from '@vscode/l10n';
import type { RedisReply } from '../core/commandPort';
import { displayText } from '../core/displayText';
import { isFailure } from '../core/failure';
import { bytes, bytesOrNil, integer, list } from '../core/redisReply';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import { printNote, printWarning } from './output';
import { blockSeconds, replyLimitMs } from './queueConsumer';
import { isUnknownCommand, type RedisLink, serverSaid } from './redisLink';
import { numberOption, onlyTarget, textOption } from './workerConfig';

/** An entry of a stream; without fields where it was deleted while it was pending. */
export interface StreamEntry {
  readonly id: Buffer;
  readonly fields: readonly Buffer[] | undefined;
}

export interface Claim {
  /** Where to look next; `0-0` at the end. */
  readonly next: string;
  readonly entry: StreamEntry | undefined;
  /** Redis 6.2 has claimed one that was deleted from the stream, and does not tell its id. */
  readonly unnamed: boolean;
}

/** One consumer of a group on a stream. */
export class GroupConsumer {
  readonly stream: Buffer;
  readonly group: string;
  readonly consumer: string;
  private readonly idleMs: number;
  private old = false;

  constructor(
    private readonly config: BuiltInWorkerConfig,
    private readonly link: RedisLink,
  ) {
    this.stream = onlyTarget(config);
    this.group = textOption(config, 'group');
    const worker = config.clientName.replace(/^redis-messaging:/, '');
    this.consumer = textOption(config, 'consumer').replaceAll('{worker}', worker);
    this.idleMs = numberOption(config, 'claimIdleMs');
  }

  /** Creates the group, and the stream, where they are not there. */
  async create(): Promise<void> {
    const from = this.beginsWithNew ? '$' : '0';
    try {
      await this.link.repeat(['XGROUP', 'CREATE', this.stream, this.group, from, 'MKSTREAM']);
    } catch (error) {
      if (!serverSaid(error, /^BUSYGROUP/)) throw error;
    }
  }

  private get beginsWithNew(): boolean {
    return textOption(this.config, 'from') === 'new';
  }

  /** Runs something, and again with a new group where the group was gone. */
  async within<Result>(act: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        // While it waited, the stream went: the next try tells that its group did, too.
        if (serverSaid(error, /^UNBLOCKED/)) continue;
        if (!serverSaid(error, /NOGROUP/)) throw error;
        const group = displayText(this.group);
        printWarning(
          this.beginsWithNew
            ? l10n.t('the group {0} is gone: makes it again, and reads what is added from now on', group)
            : l10n.t('the group {0} is gone: makes it again, and reads all that is in the stream', group),
        );
        await this.create();
      }
    }
  }

  /** The next entry that nobody has had; with `waits` after up to a second. Undefined when there is none. */
  async next(waits: boolean): Promise<StreamEntry | undefined> {
    const block = waits ? ['BLOCK', blockSeconds * 1_000] : [];
    return firstRead(await this.link.send(this.read(block, '>'), { timeoutMs: replyLimitMs }));
  }

  /** The next entry after `id` that this consumer has had and not acknowledged. */
  async own(id: string): Promise<StreamEntry | undefined> {
    return firstRead((await this.link.repeat(this.read([], id))).reply);
  }

  /** Claims at most one entry that somebody left for too long, looking from `cursor`. */
  async claim(cursor: string): Promise<Claim> {
    const { stream, group, consumer, idleMs } = this;
    if (this.old) return { next: '0-0', entry: await this.claimOld(), unnamed: false };
    try {
      const command = ['XAUTOCLAIM', stream, group, consumer, idleMs, cursor, 'COUNT', 1] as const;
      const [next = null, entries = null] = list((await this.link.repeat(command)).reply);
      const unnamed = list(entries).includes(null);
      return { next: bytes(next).toString(), entry: entriesOf(entries)[0], unnamed };
    } catch (error) {
      if (!isUnknownCommand(error)) throw error;
      this.old = true;
      printNote(l10n.t('this server has no {0} (Redis 6.2): uses {1}', 'XAUTOCLAIM', 'XPENDING, XCLAIM'));
      return this.claim(cursor);
    }
  }

  /** Acknowledges an entry. False when somebody had done so before. */
  async acknowledge({ id }: StreamEntry): Promise<boolean> {
    const command = ['XACK', this.stream, this.group, id] as const;
    const { reply, again } = await this.link.repeat(command, { finishing: true });
    return integer(reply) === 1 || again;
  }

  /** Says that an entry is still worked on, so that nobody claims it, if it is still ours. */
  async keep({ id }: StreamEntry): Promise<void> {
    const { stream, group, consumer } = this;
    const options = { finishing: true } as const;
    const pending = list(await this.link.send(['XPENDING', stream, group, id, id, 1], options));
    if (!pending.some((each) => list(each)[1]?.toString() === consumer)) return;
    await this.link.send(['XCLAIM', stream, group, consumer, 0, id, 'JUSTID'], options);
  }

  /**
   * Takes the name out of the group, in which it would stay for ever, unless the user chose it or entries wait under it.
   * Nobody but this consumer gives it entries, so that none can come between the two commands.
   */
  async leave(): Promise<void> {
    if (!textOption(this.config, 'consumer').includes('{worker}')) return;
    const { stream, group, consumer } = this;
    const options = { finishing: true } as const;
    try {
      const { reply } = await this.link.repeat(['XPENDING', stream, group, '-', '+', 1, consumer], options);
      if (list(reply).length > 0) return;
      await this.link.repeat(['XGROUP', 'DELCONSUMER', stream, group, consumer], options);
    } catch (error) {
      // It is about a name only: the group may be gone, the user may not, or there is no more time.
      if (!isFailure(error)) throw error;
    }
  }

  /** How many entries are delivered and not acknowledged. */
  async pending(): Promise<number> {
    const { reply } = await this.link.repeat(['XPENDING', this.stream, this.group]);
    return integer(list(reply)[0] ?? null);
  }

  private read(block: readonly (string | number)[], id: string) {
    const { stream, group, consumer } = this;
    return ['XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, ...block, 'STREAMS', stream, id] as const;
  }

  private async claimOld(): Promise<StreamEntry | undefined> {
    const { stream, group, consumer, idleMs } = this;
    const { reply } = await this.link.repeat(['XPENDING', stream, group, '-', '+', 1_000]);
    const left = list(reply).map(list);
    const id = left.find((each) => integer(each[2] ?? null) >= idleMs)?.[0];
    if (id === undefined) return undefined;
    const claim = ['XCLAIM', stream, group, consumer, idleMs, bytes(id)] as const;
    const claimed = (await this.link.repeat(claim)).reply;
    if (list(claimed).includes(null)) return { id: bytes(id), fields: undefined };
    return entriesOf(claimed)[0];
  }
}

function firstRead(reply: RedisReply): StreamEntry | undefined {
  if (reply === null) return undefined;
  const [stream = null] = list(reply);
  return stream === null ? undefined : entriesOf(list(stream)[1] ?? null)[0];
}

/** Entries as Redis answers with them; nil, for one that was deleted before Redis 7, is left out. */
function entriesOf(reply: RedisReply): StreamEntry[] {
  return list(reply).flatMap((each) => {
    if (each === null) return [];
    const [id = null, fields = null] = list(each);
    return [
      {
        id: bytes(id),
        fields: fields === null ? undefined : list(fields).map((part) => bytesOrNil(part) ?? Buffer.alloc(0)),
      },
    ];
  });
}
