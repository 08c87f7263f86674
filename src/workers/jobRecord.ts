import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { bytes, integer, list } from '../core/redisReply';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import type { RedisLink } from './redisLink';
import { flagOption, textOption } from './workerConfig';

const finishing = { finishing: true } as const;

/** The hash of one job, whose status a worker keeps. All its commands may be carried out twice. */
export class JobRecord {
  private readonly key: Buffer;

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
    if (!(await this.exists())) return undefined;
    const now = new Date().toISOString();
    const worker = this.config.clientName;
    await this.set('status', 'processing', 'started_at', now, 'worker', worker);
    const { reply } = await this.link.repeat(['HMGET', this.key, 'payload'], finishing);
    const payload = list(reply)[0] ?? null;
    return payload === null ? '' : displayBytes(bytes(payload), 100);
  }

  /** Sets the status of a job that is done. @returns it as it may be shown */
  done(): Promise<string> {
    return this.end(textOption(this.config, 'doneStatus'));
  }

  /** Sets the status of one that is not, `failed` or `pending`. */
  async end(status: string): Promise<string> {
    await this.set('status', status, 'finished_at', new Date().toISOString());
    return displayBytes(Buffer.from(status));
  }

  /** As {@link end}, unless the hash is gone. */
  async endWhereThere(status: string): Promise<void> {
    if (await this.exists()) await this.end(status);
  }

  /** Deletes the hash where the worker does not keep those of jobs that are done. @returns what is to be said of it */
  async tidyUp(): Promise<string | undefined> {
    if (flagOption(this.config, 'keep')) return undefined;
    await this.link.repeat(['DEL', this.key], finishing);
    return l10n.t('{0} deleted', this.shownKey);
  }

  private async exists(): Promise<boolean> {
    return integer((await this.link.repeat(['EXISTS', this.key], finishing)).reply) === 1;
  }

  private async set(...fields: readonly string[]): Promise<void> {
    await this.link.repeat(['HSET', this.key, ...fields], finishing);
  }
}
