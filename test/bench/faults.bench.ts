import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { until, within } from '../launch/limits';
import { startRedis } from '../launch/redisServer';
import type { Teardown } from '../launch/teardown';
import { stateOf } from '../redis/connections';
import { SeededRandom } from '../unit/capture/seededRandom';
import { faultKinds } from './faultKinds';
import { FaultLane, type Jobs, names } from './faultLane';
import { FaultLedger, type Verdict } from './faultLedger';
import { FaultSubscriber } from './faultSubscriber';
import { numberAfter } from './figures';

const lanesAtOnce = 6;
const recoveryLimitMs = 20_000;
/** Traffic between two faults, in ms. */
const longestPeaceMs = 100;
const settleLimitMs = 30_000;
/** Messages that lie ready to be popped in each queue, and how often that is looked after, in ms. */
const stock = 2_000;
const restockEveryMs = 100;
const sharedJobs: Jobs = { queue: 'jobs', consumers: 2 };
/** Without the check that the message is still the same one, nobody else may take from the queue. */
const lonelyJobs: Jobs = { queue: 'jobs of one', consumers: 1 };
/** Who may not run scripts. */
const plain = { username: 'plain', password: 'pw' };

/**
 * Random faults of network and server while the product's own operations push, publish, add to a stream and pop: is what
 * they tell true? Each message is unlike every other; at the end it is compared what was told of it with what the server
 * holds or has delivered to a subscriber of its own.
 *
 * Arguments: `--faults <n>` (1,000), `--seed <n>` (1). What was wrong goes to stderr; the exit code is then 1.
 * @returns messages sent, of those stored or delivered, and those of unknown outcome (pops included); messages that are
 * there twice or were popped twice; those that are not as told, or that a pop lost; operations without an end
 */
export async function run(args: string[], teardown: Teardown): Promise<Record<string, number>> {
  const faults = numberAfter(args, '--faults') ?? 1_000;
  const random = new SeededRandom(numberAfter(args, '--seed') ?? 1);
  const server = await startRedis();
  teardown.add('the server', () => server.stop());
  const admin = new Redis({ host: server.host, port: server.port });
  teardown.add('the connection to the server', () => admin.disconnect());
  const subscriber = await FaultSubscriber.open(server.port, names.channel);
  teardown.add('the subscriber', () => subscriber.close());

  const ledger = new FaultLedger();
  const jobs = new JobStock(admin, [sharedJobs.queue, lonelyJobs.queue]);
  await jobs.restock();
  await admin.call(
    'ACL',
    'SETUSER',
    plain.username,
    'on',
    `>${plain.password}`,
    '~*',
    '&*',
    '+@all',
    '-eval',
  );
  const lanes: FaultLane[] = [];
  for (let at = 0; at < lanesAtOnce; at++) {
    const ownRandom = new SeededRandom(at + 1);
    const lane =
      at === 0
        ? await FaultLane.open(`lane${at}`, server.port, lonelyJobs, ledger, ownRandom, plain)
        : await FaultLane.open(`lane${at}`, server.port, sharedJobs, ledger, ownRandom);
    teardown.add(`lane ${at}`, () => lane.close());
    lanes.push(lane);
  }

  const loads = Promise.all(lanes.map((lane) => lane.load()));
  const restocking = setInterval(() => void jobs.restock(), restockEveryMs);
  teardown.add('restocking', () => clearInterval(restocking));
  const done: Record<string, number> = {};
  let left = faults;
  await Promise.race([
    loads.then(() => Promise.reject(new Error('The load ended by itself'))),
    Promise.all(
      lanes.map(async (lane) => {
        while (left-- > 0) {
          const kind = random.pick(Object.keys(faultKinds));
          await faultKinds[kind]?.({ proxy: lane.proxy, serverPid: server.pid, admin, random });
          done[kind] = (done[kind] ?? 0) + 1;
          await recovered(lane);
          await delay(random.below(longestPeaceMs));
        }
      }),
    ),
  ]);
  clearInterval(restocking);
  for (const lane of lanes) lane.end();
  await within(settleLimitMs, 'The last operations', loads);
  await settle(admin, lanes, subscriber);

  const sent = ledger.verifySent([
    ...(await admin.lrange(names.queue, 0, -1)),
    ...(await admin.xrange(names.stream, '-', '+')).map(([, [, message = '']]) => message),
    ...subscriber.received,
  ]);
  const popped = ledger.verifyPops({
    laid: jobs.laid,
    returned: lanes.flatMap(({ returned }) => returned),
    left: await jobs.left(),
    journal: lanes.flatMap(({ journal }) => journal.entries),
  });
  console.error(JSON.stringify({ ...done, popped: lanes.flatMap(({ returned }) => returned).length }));
  for (const finding of ledger.findings) console.error(finding);
  const hangs = lanes.reduce((sum, lane) => sum + lane.hangs, 0);
  return judged(faults, ledger, sent, popped, hangs);
}

function judged(
  faults: number,
  { sent, unknown }: FaultLedger,
  writes: Verdict,
  pops: Verdict,
  hangs: number,
): Record<string, number> {
  const duplicates = writes.duplicates + pops.duplicates;
  const silentLosses = writes.silentLosses + pops.silentLosses;
  if (duplicates + silentLosses + hangs > 0) process.exitCode = 1;
  return { faults, sent, stored: writes.stored, unknown, duplicates, silentLosses, hangs };
}

/** Waits until the lane is connected again and an operation has succeeded since, so that each fault meets traffic. */
async function recovered(lane: FaultLane): Promise<void> {
  await stateOf(lane.connection, 'ready', recoveryLimitMs);
  const before = lane.succeeded;
  await until(
    recoveryLimitMs,
    'An operation after a fault',
    () => (lane.succeeded > before ? true : undefined),
    2,
  );
}

/** Closes the lanes and waits until the server has carried out what they sent last and the subscriber has it. */
async function settle(admin: Redis, lanes: readonly FaultLane[], subscriber: FaultSubscriber): Promise<void> {
  for (const lane of lanes) await lane.close();
  await until(settleLimitMs, 'The server hanging up', async () =>
    String(await admin.call('CLIENT', 'LIST', 'TYPE', 'normal'))
      .trim()
      .includes('\n')
      ? undefined
      : true,
  );
  await admin.publish(names.channel, '<end>');
  await subscriber.until('<end>');
}

/** Keeps queues filled with messages that are to be popped. */
class JobStock {
  readonly laid: string[] = [];

  constructor(
    private readonly admin: Redis,
    private readonly queues: readonly string[],
  ) {}

  async left(): Promise<string[]> {
    const lists = await Promise.all(this.queues.map((queue) => this.admin.lrange(queue, 0, -1)));
    return lists.flat();
  }

  async restock(): Promise<void> {
    for (const queue of this.queues) {
      if ((await this.admin.llen(queue)) >= stock) continue;
      const more = Array.from({ length: stock }, (_, at) => `<job-${this.laid.length + at}>`);
      this.laid.push(...more);
      await this.admin.rpush(queue, ...more);
    }
  }
}
