import { setTimeout as delay } from 'node:timers/promises';
import { publish } from '../../src/core/channel';
import type { Connection } from '../../src/core/connection';
import { isFailure } from '../../src/core/failure';
import { push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import type { Endpoint } from '../../src/protocol/endpoint';
import { openConnection } from '../../src/redis/openConnection';
import { FaultProxy } from '../faults/faultProxy';
import { MemoryJournal } from '../redis/memoryJournal';
import type { SeededRandom } from '../unit/capture/seededRandom';
import type { FaultLedger, Told } from './faultLedger';

/** The limit that is given to operations, in ms; faults that last longer run into it. */
export const operationLimitMs = 250;
/** Longer than any fault here: a pop takes no limit, but ends with the connection. */
const popLimitMs = 5_000;
/** An operation that has not ended so long after its limit hangs, in ms. */
const hangAfterMs = 5_000;
const longestPauseMs = 6;

/** The queue from which a lane pops, and how many pops it has under way at once. */
export interface Jobs {
  readonly queue: string;
  readonly consumers: number;
}

/** Where the messages of all lanes go. */
export const names = { queue: 'pushed', channel: 'published', stream: 'added' } as const;

/** One connection of the product through a proxy of its own, with four kinds of load on it. */
export class FaultLane {
  readonly journal = new MemoryJournal();
  readonly returned: string[] = [];
  /** Operations that told of success. */
  succeeded = 0;
  hangs = 0;
  private number = 0;
  private ending = false;

  private constructor(
    private readonly name: string,
    readonly proxy: FaultProxy,
    readonly connection: Connection,
    private readonly jobs: Jobs,
    private readonly ledger: FaultLedger,
    private readonly random: SeededRandom,
  ) {}

  /**
   * @param user name and password, if not the default user's
   */
  static async open(
    name: string,
    port: number,
    jobs: Jobs,
    ledger: FaultLedger,
    random: SeededRandom,
    user: Partial<Endpoint> = {},
  ): Promise<FaultLane> {
    const proxy = await FaultProxy.start(port);
    const connection = openConnection({ host: '127.0.0.1', port: proxy.port, db: 0, ...user }, name);
    await connection.connect();
    return new FaultLane(name, proxy, connection, jobs, ledger, random);
  }

  /** Resolves when `end` has been called and every operation has ended or hangs. */
  async load(): Promise<void> {
    const writes = [() => this.push(), () => this.publish(), () => this.add()];
    const pops = Array.from({ length: this.jobs.consumers }, () => () => this.pop());
    await Promise.all([...writes, ...writes, ...pops].map((operate) => this.repeat(operate)));
  }

  end(): void {
    this.ending = true;
  }

  async close(): Promise<void> {
    this.connection.dispose();
    await this.proxy.stop();
  }

  private async repeat(operate: () => Promise<void>): Promise<void> {
    while (!this.ending) {
      await operate();
      // What fails at once is tried, too, but seldom: it says little, again and again.
      const connected = this.connection.state.kind === 'ready';
      await delay(connected ? this.random.below(longestPauseMs) : longestPauseMs * 10);
    }
  }

  private push(): Promise<void> {
    const messages = this.messages(1 + this.random.below(3));
    const end = this.random.pick(['head', 'tail'] as const);
    return this.write(messages, () =>
      push(this.connection, Buffer.from(names.queue), messages.map(toBuffer), end, {
        timeoutMs: operationLimitMs,
      }),
    );
  }

  private publish(): Promise<void> {
    const messages = this.messages(1 + this.random.below(3));
    return this.write(messages, () =>
      publish(this.connection, Buffer.from(names.channel), messages.map(toBuffer), false, {
        timeoutMs: operationLimitMs,
      }),
    );
  }

  private add(): Promise<void> {
    const [message = ''] = this.messages(1);
    const command = ['XADD', names.stream, '*', 'message', message] as const;
    return this.write([message], () => this.connection.send(command, { timeoutMs: operationLimitMs }));
  }

  private async pop(): Promise<void> {
    const popping = safePop(
      this.connection,
      this.journal,
      this.name,
      Buffer.from(this.jobs.queue),
      'head',
    ).then(
      ({ messages, outcome }) => {
        this.returned.push(...messages.map(String));
        if (outcome === 'unknown') this.ledger.unknown++;
        else this.succeeded++;
      },
      (error: unknown) => toldBy(error),
    );
    await this.untilHanging(popping, popLimitMs);
  }

  private async write(messages: readonly string[], operate: () => Promise<unknown>): Promise<void> {
    this.ledger.begin(messages);
    const told = operate().then((): Told => {
      this.succeeded++;
      return 'done';
    }, toldBy);
    await this.untilHanging(
      told.then((it) => this.ledger.end(messages, it)),
      operationLimitMs,
    );
  }

  private async untilHanging(operation: Promise<unknown>, limitMs: number): Promise<void> {
    const abort = new AbortController();
    const hanging = delay(limitMs + hangAfterMs, true, { signal: abort.signal }).catch(() => false);
    const hung = await Promise.race([operation.then(() => false), hanging]);
    abort.abort();
    if (hung) this.hangs++;
  }

  private messages(count: number): string[] {
    return Array.from({ length: count }, () => `<${this.name}-${this.number++}>`);
  }
}

/** @throws what is no failure of the product's, which is a mistake of its own */
function toldBy(error: unknown): Told {
  if (!isFailure(error)) throw error;
  return error.code === 'outcomeUnknown' ? 'unknown' : 'not';
}

function toBuffer(text: string): Buffer {
  return Buffer.from(text);
}
