import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromCapture, ToCapture } from '../../src/protocol/capture';
import type { TrafficFrame } from '../../src/protocol/traffic';
import { within } from '../launch/limits';
import { compiledTests, root } from '../launch/paths';
import { startRedis } from '../launch/redisServer';
import type { Teardown } from '../launch/teardown';
import { median, numberAfter } from './figures';
import { type FindWorkload, findMessage } from './findMessages';
import { heard } from './workerWords';

const panel = 'bench';
const limitMs = 120_000;
/** Rows of a large screen. */
const screenRows = 50;
/** As they stand in the messages, so that a plain search finds as much. */
const needles = { rare: '"customer":"c777"', frequent: '"status":"paid"', absent: '"status":"lost"' };
type Needle = keyof typeof needles;

interface Found {
  /** From the filter's being sent to a frame with a screen full of matches, or with all there are, in ms. */
  readonly firstMs: number;
  /** To a frame that says that all messages have been looked at. */
  readonly allMs: number;
  /** One pass of `Buffer.indexOf` over the same bytes. */
  readonly scanMs: number;
  readonly matches: number;
}

/**
 * How fast a text is found among the captured messages while capture goes on, in the capture thread as it ships, beside
 * one pass of `Buffer.indexOf` over the same bytes in the same round.
 *
 * Arguments: `--count <messages>` (1,000,000), `--rate <messages per second meanwhile>` (20,000), `--rounds <n>` (5).
 * @returns medians over the rounds for a text that one message in 1,000 has; for one in four (`frequent…`), and for
 * none (`absent…`), their times and ratios
 */
export async function run(args: string[], teardown: Teardown): Promise<Record<string, number>> {
  const count = numberAfter(args, '--count') ?? 1_000_000;
  const rate = numberAfter(args, '--rate') ?? 20_000;
  const rounds = numberAfter(args, '--rounds') ?? 5;
  const server = await startRedis();
  teardown.add('the measured server', () => server.stop());
  const { host, port } = server;
  const search = new CapturedSearch();
  teardown.add('the capture thread', () => search.close());
  await within(limitMs, 'Subscribing', search.open({ host, port, db: 0 }, 'orders', count));
  const publisher = new Worker(join(compiledTests, 'bench', 'findPublisher.js'), {
    workerData: { host, port, channel: 'orders', count, rate } satisfies FindWorkload,
  });
  teardown.add('the publisher', async () => void (await publisher.terminate()));
  await within(limitMs, 'Connecting the publisher', heard(publisher, 'connected'));
  const filled = heard(publisher, 'filled');
  publisher.postMessage('begin');
  await within(limitMs, 'Publishing', filled);
  await within(
    limitMs,
    'Capturing',
    search.frame(({ counts }) => counts.kept >= count),
  );
  const same = Buffer.from(Array.from({ length: count }, (_, at) => findMessage(at)).join('\n'));
  const found: Record<Needle, Found[]> = { rare: [], frequent: [], absent: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [needle, text] of Object.entries(needles) as [Needle, string][]) {
      const times = await within(limitMs, 'Searching', search.find(text));
      const result = { ...times, scanMs: scan(same, Buffer.from(text)) };
      console.error(`round ${round + 1}: ${needle} ${JSON.stringify(result)}`);
      found[needle].push(result);
    }
  }
  const figure = (needle: Needle, of: (one: Found) => number, digits = 1) =>
    Number(median(found[needle].map(of)).toFixed(digits));
  return {
    messages: count,
    bytes: same.length,
    rounds,
    firstMs: figure('rare', (one) => one.firstMs),
    allMs: figure('rare', (one) => one.allMs),
    scanMs: figure('rare', (one) => one.scanMs),
    ratio: figure('rare', (one) => one.allMs / one.scanMs, 2),
    matches: figure('rare', (one) => one.matches, 0),
    frequentFirstMs: figure('frequent', (one) => one.firstMs),
    frequentAllMs: figure('frequent', (one) => one.allMs),
    frequentScanMs: figure('frequent', (one) => one.scanMs),
    frequentRatio: figure('frequent', (one) => one.allMs / one.scanMs, 2),
    absentAllMs: figure('absent', (one) => one.allMs),
    absentScanMs: figure('absent', (one) => one.scanMs),
    absentRatio: figure('absent', (one) => one.allMs / one.scanMs, 2),
  };
}

/** Every place of a needle, as plainly as it can be found. @returns ms */
function scan(data: Buffer, needle: Buffer): number {
  const began = performance.now();
  for (let at = data.indexOf(needle); at >= 0; at = data.indexOf(needle, at + needle.length));
  return performance.now() - began;
}

/** The capture thread as it ships, with a panel whose filter is changed. */
class CapturedSearch {
  private readonly worker = new Worker(join(root, 'dist', 'capture.js'));
  private readonly listeners = new Set<(frame: TrafficFrame) => void>();

  async open(endpoint: { host: string; port: number; db: number }, channel: string, messages: number) {
    const live = new Promise<void>((resolve, reject) => {
      this.worker.once('error', reject);
      this.worker.on('message', (message: FromCapture) => {
        if (message.kind === 'state' && message.state.kind === 'live') resolve();
        if (message.kind !== 'frame') return;
        for (const listener of [...this.listeners]) listener(message.frame);
        this.want(message.frame.frame);
      });
    });
    this.send({ kind: 'configure', l10n: {}, ringBytes: 268_435_456, ringMessages: messages });
    const subscriptions = { channels: [channel], patterns: [], shardChannels: [] };
    this.send({ kind: 'watch', panel, connection: 'bench', endpoint, subscriptions });
    await live;
    this.want(0);
  }

  async find(text: string): Promise<Omit<Found, 'scanMs'>> {
    const began = performance.now();
    let firstMs: number | undefined;
    const done = this.frame(({ filter, counts, rows }) => {
      if (filter.text !== text) return false;
      const complete = counts.unfiltered === 0;
      if (complete || rows.length >= screenRows) firstMs ??= performance.now() - began;
      return complete;
    });
    this.send({
      kind: 'view',
      panel,
      request: { kind: 'filter', filter: { text, mode: 'filter', hidden: [] } },
    });
    const { counts } = await done;
    const allMs = performance.now() - began;
    return { firstMs: firstMs ?? allMs, allMs, matches: counts.matching };
  }

  /** The next frame that is as asked for. */
  frame(suits: (frame: TrafficFrame) => boolean): Promise<TrafficFrame> {
    return new Promise((resolve) => {
      const listener = (frame: TrafficFrame) => {
        if (!suits(frame)) return;
        this.listeners.delete(listener);
        resolve(frame);
      };
      this.listeners.add(listener);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private want(frame: number): void {
    this.send({ kind: 'view', panel, request: { kind: 'want', frame, first: 'newest', count: screenRows } });
  }

  private send(message: ToCapture): void {
    this.worker.postMessage(message);
  }
}
