import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { within } from '../launch/limits';
import { compiledTests } from '../launch/paths';
import { startRedis } from '../launch/redisServer';
import type { Teardown } from '../launch/teardown';
import { CaptureOurs } from './captureOurs';
import type { CaptureWorkload, FromTaker, TakerName } from './captureWorkload';
import { median, numberAfter } from './figures';
import { heard } from './workerWords';

const takers: readonly TakerName[] = ['bare', 'keeping', 'ours', 'ioredis', 'nodeRedis'];
const connectLimitMs = 10_000;
const publishLimitMs = 600_000;
/** A taker that has not received all so long after the last answer to the publisher never will, in ms. */
const settleMs = 1_500;
const idleMs = 1_000;
const loopResolutionMs = 1;

interface Taken {
  /** Messages per second. */
  readonly rate: number;
  readonly lost: number;
  readonly disconnects: number;
  readonly loopP99Ms: number;
}

/**
 * How fast pub/sub messages are taken while one publisher sends as fast as the server lets it, ours beside a bare
 * socket that only counts bytes, one that keeps them in 64 MB, ioredis (`messageBuffer`) and node-redis, in turn.
 *
 * Arguments: `--size <bytes>` (100), `--count <messages>` (500,000), `--rounds <n>` (3), `--only <taker,taker>`;
 * `--full` for 2,000,000 messages and five rounds.
 * @returns medians over the rounds: messages per second of each, ours divided by the bare socket's of the same round,
 * and of ours what was lost, how often it was cut off, the delay of the host's loop (ms) and memory (MB)
 */
export async function run(args: string[], teardown: Teardown): Promise<Record<string, number>> {
  const full = args.includes('--full');
  const size = numberAfter(args, '--size') ?? 100;
  const count = numberAfter(args, '--count') ?? (full ? 2_000_000 : 500_000);
  const rounds = numberAfter(args, '--rounds') ?? (full ? 5 : 3);
  const only = args[args.indexOf('--only') + 1]?.split(',');
  const measured = takers.filter((taker) => !args.includes('--only') || only?.includes(taker));
  const server = await startRedis();
  teardown.add('the measured server', () => server.stop());
  const workload = { host: server.host, port: server.port, channel: 'bench', size, count };
  const results = new Map<TakerName, Taken[]>(measured.map((taker) => [taker, []]));
  const idleLoopP99Ms = await loopDelay(() => delay(idleMs));
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another taker, so that none has the better place.
    for (let at = 0; at < measured.length; at++) {
      const taker = measured[(at + round) % measured.length];
      if (taker === undefined) continue;
      const taken = taker === 'ours' ? await measureOurs(workload) : await measure(taker, workload);
      console.error(`round ${round + 1}: ${taker} ${JSON.stringify(taken)}`);
      results.get(taker)?.push(taken);
    }
  }
  const rates = (taker: TakerName): number[] => (results.get(taker) ?? []).map((taken) => taken.rate);
  const ours = results.get('ours') ?? [];
  const ratios = rates('ours').map((rate, at) => rate / (rates('bare')[at] ?? Number.NaN));
  const result = {
    size,
    count,
    rounds,
    rate: Math.round(median(rates('ours'))),
    bareRate: Math.round(median(rates('bare'))),
    ioredisRate: Math.round(median(rates('ioredis'))),
    nodeRedisRate: Math.round(median(rates('nodeRedis'))),
    keepingRate: Math.round(median(rates('keeping'))),
    ratio: Math.round(median(ratios) * 1_000) / 1_000,
    lost: Math.max(0, ...ours.map((taken) => taken.lost)),
    disconnects: Math.max(0, ...ours.map((taken) => taken.disconnects)),
    bareDisconnects: Math.max(0, ...(results.get('bare') ?? []).map((taken) => taken.disconnects)),
    ioredisLost: Math.max(0, ...(results.get('ioredis') ?? []).map((taken) => taken.lost)),
    nodeRedisLost: Math.max(0, ...(results.get('nodeRedis') ?? []).map((taken) => taken.lost)),
    hostLoopP99Ms: median(ours.map((taken) => taken.loopP99Ms)),
    idleLoopP99Ms,
    rssMb: Math.round(process.memoryUsage().rss / 1_048_576),
  };
  return Object.fromEntries(Object.entries(result).filter(([, value]) => Number.isFinite(value)));
}

/** The 99th percentile of this thread's loop delay while something runs, in ms. */
async function loopDelay(during: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: loopResolutionMs });
  histogram.enable();
  await during();
  histogram.disable();
  return Math.round(histogram.percentile(99) / 10_000) / 100;
}

/** Publishes everything. @returns when it began, ms since the epoch, once all has been answered */
async function publish(workload: CaptureWorkload): Promise<number> {
  const worker = new Worker(join(compiledTests, 'bench', 'capturePublisher.js'), { workerData: workload });
  try {
    await within(connectLimitMs, 'Connecting the publisher', heard(worker, 'connected'));
    const sent = heard(worker, 'sent');
    const beganAt = Date.now();
    worker.postMessage('begin');
    await within(publishLimitMs, 'Publishing', sent);
    return beganAt;
  } finally {
    await worker.terminate();
  }
}

/** Publishes, and waits until the taker is done or has had time enough. @returns seconds from the first to the last */
async function seconds(workload: CaptureWorkload, done: Promise<number>): Promise<number> {
  const beganAt = await publish(workload);
  const endedAt = await Promise.race([done, delay(settleMs).then(() => Date.now() - settleMs)]);
  return (endedAt - beganAt) / 1_000;
}

async function measure(taker: TakerName, workload: CaptureWorkload): Promise<Taken> {
  const worker = new Worker(join(compiledTests, 'bench', 'captureTaker.js'), {
    workerData: { taker, workload },
  });
  const answer = <K extends FromTaker['kind']>(kind: K): Promise<Extract<FromTaker, { kind: K }>> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.on('message', (message: FromTaker) => {
        if (message.kind === kind) resolve(message as Extract<FromTaker, { kind: K }>);
      });
    });
  try {
    await within(connectLimitMs, `Subscribing ${taker}`, answer('ready'));
    let took = 0;
    const done = answer('done').then(({ at }) => at);
    const loopP99Ms = await loopDelay(async () => {
      took = await seconds(workload, done);
    });
    const counted = answer('received');
    worker.postMessage('count');
    const { received, disconnects } = await within(connectLimitMs, `Asking ${taker}`, counted);
    return { rate: Math.round(received / took), lost: workload.count - received, disconnects, loopP99Ms };
  } finally {
    await worker.terminate();
  }
}

async function measureOurs(workload: CaptureWorkload): Promise<Taken> {
  let finish: (at: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const ours = new CaptureOurs(workload, (at) => finish(at));
  try {
    await within(connectLimitMs, 'Subscribing ours', ours.open());
    let took = 0;
    const loopP99Ms = await loopDelay(async () => {
      took = await seconds(workload, done);
    });
    const { received, gaps } = ours;
    return {
      rate: Math.round(received / took),
      lost: workload.count - received,
      disconnects: gaps,
      loopP99Ms,
    };
  } finally {
    await ours.close();
  }
}
