import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { Failure, failureText, isFailure } from '../core/failure';
import { integer } from '../core/redisReply';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import type { GroupConsumer, StreamEntry } from './consumerGroup';
import { printWarning } from './output';
import { isRefusedCommand, type RedisLink } from './redisLink';
import { keyOption, numberOption } from './workerConfig';

/**
 * KEYS: stream, dead-letter stream. ARGV: group, consumer, id, retries. Buries the entry when it came back to this
 * consumer too often, with its fields as they are. It adds before it acknowledges: an XADD that is refused ends the script
 * with nothing changed. Answers how often the entry was delivered when it was buried, 0 when it is to be worked on, -1
 * when it is not this consumer's any more, and -2 when it has more fields than Lua hands on at once: that is never buried.
 */
const buryScript = `
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)[1]
if not pending or pending[2] ~= ARGV[2] then return -1 end
if pending[4] <= tonumber(ARGV[4]) + 1 then return 0 end
local entry = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])[1]
if not entry then return 0 end
if #entry[2] > 7000 then return -2 end
redis.call('XADD', KEYS[2], '*', unpack(entry[2]))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return pending[4]`;

/** What becomes of an entry that was delivered again. */
export type Redelivery =
  | { readonly kind: 'work'; readonly remark?: string }
  /** It went to the dead-letter stream. */
  | { readonly kind: 'buried'; readonly deliveries: number }
  /** Another has claimed or acknowledged it; or, where a reply was lost, it was `perhapsBuried`. */
  | { readonly kind: 'gone'; readonly perhapsBuried: boolean };

/** The stream to which the entries of a group go that came back too often. */
export class DeadEntries {
  readonly shownStream: string;
  private readonly stream: Buffer;
  private readonly retries: number;
  /** The user may not do what the script does. */
  private forbidden = false;

  /** @throws {Failure} `argument` when it is the stream itself */
  constructor(
    config: BuiltInWorkerConfig,
    private readonly link: RedisLink,
    private readonly consumer: GroupConsumer,
  ) {
    this.stream = keyOption(config, 'dead');
    this.retries = numberOption(config, 'retries');
    this.shownStream = displayBytes(this.stream);
    if (!this.stream.equals(consumer.stream)) return;
    throw new Failure('argument', l10n.t('Stream and dead-letter stream must be two keys.'), {
      hint: l10n.t('Give the worker another name of it (option "dead").'),
    });
  }

  /** Buries an entry that was just delivered again, if that was too often. */
  async take({ id }: StreamEntry): Promise<Redelivery> {
    if (this.forbidden) return { kind: 'work' };
    const { stream, group, consumer } = this.consumer;
    const keys = [stream, this.stream] as const;
    try {
      const script = ['EVAL', buryScript, keys.length, ...keys, group, consumer, id, this.retries] as const;
      const { reply, again } = await this.link.repeat(script);
      const deliveries = integer(reply);
      if (deliveries > 0) return { kind: 'buried', deliveries };
      if (deliveries === -2)
        return { kind: 'work', remark: l10n.t('too many fields for {0}', this.shownStream) };
      return deliveries < 0 ? { kind: 'gone', perhapsBuried: again } : { kind: 'work' };
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code === 'wrongType') throw this.isNoStream(error);
      if (!isRefusedCommand(error)) throw error;
      this.forbidden = true;
      const why = failureText(error);
      printWarning(
        l10n.t('nothing goes to {0}: what fails is tried again for ever. {1}', this.shownStream, why),
      );
      return { kind: 'work' };
    }
  }

  /** The stream was read a moment ago, so that it is the other key. */
  private isNoStream(cause: Failure): Failure {
    return new Failure(
      'wrongType',
      l10n.t('Nothing can go to {0}: the key holds another type of value.', this.shownStream),
      {
        hint: l10n.t(
          'What failed stays pending. Rename or delete that key, or name another one (option "dead").',
        ),
        cause,
      },
    );
  }
}
