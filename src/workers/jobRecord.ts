import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { bytes, integer, list } from '../core/redisReply';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import { isRefusedCommand, type RedisLink } from './redisLink';
import { flagOption, textOption } from './workerConfig';

const finishing = { finishing: true } as const;
// A hash that was deleted or has expired is not made again: it would be one without a payload that never expires.
const updateScript = `
  if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
  return redis.pcall('HSET', KEYS[1], unpack(ARGV))`;

/** The hash of one job, whose status a worker keeps. All its commands may be carried out twice. */
export class JobRecord {
  private readonly key: Buffer;
  private gone = false;

  constructor(
    private readonly link: RedisLink,
    private readonly config: BuiltInWorkerConfig,
    id: Buffer,
  ) {
    this.key = Buffer.concat([Buffer.from(textOption(config, 'prefix')), id]);
  }

  get shownKey(): string {
    return displayBytes(this.key);
  }

  /** Sets the status `processing`. @returns the payload as it may be shown; undefined when there is no such hash */
  async begin(): Promise<string | undefined> {
    const now = new Date().toISOString();
    const worker = this.config.clientName;
    await this.set('status', 'processing', 'started_at', now, 'worker', worker);
    if (this.gone) return undefined;
    const { reply } = await this.link.repeat(['HMGET', this.key, 'payload'], finishing);
    const payload = list(reply)[0] ?? null;
    return payload === null ? '' : displayBytes(bytes(payload), 100);
  }

  /** Sets the status of a job that is done. @returns it as it may be shown */
  done(): Promise<string> {
    return this.end(textOption(this.config, 'doneStatus'));
  }

  /** Sets the status of one that is not, `failed` or `pending`, unless the hash is gone. @returns it, or that it is gone */
  async end(status: string): Promise<string> {
    await this.set('status', status, 'finished_at', new Date().toISOString());
    return this.gone ? l10n.t('the hash {0} is gone', this.shownKey) : displayBytes(Buffer.from(status));
  }

  /** Deletes the hash where the worker does not keep those of jobs that are done. @returns what is to be said of it */
  async tidyUp(): Promise<string | undefined> {
    if (this.gone || flagOption(this.config, 'keep')) return undefined;
    await this.link.repeat(['DEL', this.key], finishing);
    return l10n.t('{0} deleted', this.shownKey);
  }

  private async set(...fields: readonly string[]): Promise<void> {
    try {
      const { reply } = await this.link.repeat(['EVAL', updateScript, 1, this.key, ...fields], finishing);
      this.gone = integer(reply) < 0;
    } catch (error) {
      if (!isRefusedCommand(error)) throw error;
      await this.setWithoutScript(fields);
    }
  }

  /** As near as it gets for users that may not run EVAL: between the two commands the hash may go. */
  private async setWithoutScript(fields: readonly string[]): Promise<void> {
    this.gone = integer((await this.link.repeat(['EXISTS', this.key], finishing)).reply) === 0;
    if (!this.gone) await this.link.repeat(['HSET', this.key, ...fields], finishing);
  }
}
