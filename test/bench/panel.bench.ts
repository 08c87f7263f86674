import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { until, within } from '../launch/limits';
import { compiledTests, root } from '../launch/paths';
import { startRedis } from '../launch/redisServer';
import type { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { openWindow } from '../launch/window';
import { TrafficPage } from '../ui/trafficPage';
import { median, numberAfter, percentile } from './figures';
import type { HostMeasure } from './hostProbe';
import { beginMeasure, endMeasure, type PageMeasure } from './panelPage';
import type { PanelOrder, PanelTarget } from './panelPublisher';
import { heard } from './workerWords';

const limitMs = 60_000;
const idleSeconds = 5;
const drawnRate = 10_000;
const drawnSeconds = 10;
/** Messages that are there before, so that there is something to scroll. */
const stock = 50_000;

/**
 * The panel in a real window under a flood: first the list is scrolled with no traffic, then while messages come with a filter
 * on, in turn; at last the list follows at 10,000 messages a second.
 *
 * Arguments: `--rate <messages per second>` (100,000), `--seconds <of the flood, in all>` (60), `--rounds <n>` (5).
 * @returns 95th percentiles of the time between frames without traffic (`idle…`) and with it, medians of the rounds, in ms; the
 * longest task of the page; frames posted a second; the 99th percentile of the delay of the host's loop; what was
 * published and what the panel says that it received; memory of the extension host with the ring at the end, and how much
 * more that was than after the first round; and ms from PUBLISH to the row on screen
 */
export async function run(args: string[], teardown: Teardown): Promise<Record<string, number>> {
  const rate = numberAfter(args, '--rate') ?? 100_000;
  const rounds = numberAfter(args, '--rounds') ?? 5;
  const seconds = (numberAfter(args, '--seconds') ?? 60) / rounds;
  const server = await startRedis();
  teardown.add('the measured server', () => server.stop());
  const probe = join(await tempFolder(teardown, 'probe'), 'probe.json');
  const window = await openWindow({
    folder: join(root, 'test', 'demo', 'workspace'),
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${server.url}/0` }],
    },
    extension: await probedExtension(teardown),
    env: { PANEL_BENCH_PROBE: probe },
  });
  teardown.add('the window', () => window.close());
  const publisher = new Publisher({ host: server.host, port: server.port, channel: 'orders' });
  teardown.add('the publisher', () => publisher.close());
  await publisher.connected;
  const page = new TrafficPage(window);
  await page.subscribe('orders');
  const frame = await page.frame();
  const hostPid = Number(await written(`${probe}.pid`));
  const host = () => askHost(hostPid, probe);
  await publisher.publish({ rate, count: stock });
  await page.waitForCount('received', publisher.sent, limitMs);
  await page.fill('.filter-text', '7');
  await page.waitForText('.filter-count', /./, limitMs);
  await page.wheel(-2_000);

  const measure = async (scrolling: boolean, during: () => Promise<unknown>): Promise<PageMeasure> => {
    await beginMeasure(frame, scrolling);
    await during();
    return endMeasure(frame);
  };
  const idle: PageMeasure[] = [];
  const busy: PageMeasure[] = [];
  const hosts: HostMeasure[] = [];
  for (let round = 0; round < rounds; round++) {
    idle.push(await measure(true, () => delay(idleSeconds * 1_000)));
    await host();
    busy.push(await measure(true, () => publisher.publish({ rate, count: rate * seconds })));
    hosts.push(await host());
    console.error(
      `round ${round + 1}: ${JSON.stringify({ idle: p95(idle.at(-1)), busy: p95(busy.at(-1)), ...hosts.at(-1) })}`,
    );
  }
  await page.waitForCount('received', publisher.sent, limitMs);
  const received = (await page.count('received')) ?? Number.NaN;
  await page.press('.filter-text', 'Escape');
  await page.press('.grid', 'End');
  await page.waitForLastRow(`"number":${publisher.sent - 1},`, limitMs);
  const { drawn } = await measure(false, () =>
    publisher.publish({ rate: drawnRate, count: drawnRate * drawnSeconds }),
  );
  const first = hosts[0]?.rssMb ?? Number.NaN;
  const last = hosts.at(-1)?.rssMb ?? Number.NaN;
  return rounded({
    rate,
    seconds: seconds * rounds,
    framesP95Ms: median(busy.map(p95)),
    idleFramesP95Ms: median(idle.map(p95)),
    longestTaskMs: Math.max(...busy.map((one) => one.longestTask)),
    postsPerSecond: median(busy.map((one) => one.posts / one.seconds)),
    hostLoopP99Ms: median(hosts.map((one) => one.loopP99Ms)),
    received,
    sent: publisher.sent - drawnRate * drawnSeconds,
    memoryMb: last,
    memoryGrowthMb: last - first,
    drawnP50Ms: percentile(drawn, 50),
    drawnP99Ms: percentile(drawn, 99),
  });
}

function p95(measure: PageMeasure | undefined): number {
  return percentile(measure?.frames ?? [], 95);
}

function rounded(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Math.round(value * 10) / 10]),
  );
}

/** The built extension with the probe in front of it. */
async function probedExtension(teardown: Teardown): Promise<string> {
  const folder = await tempFolder(teardown, 'ext');
  for (const part of ['dist', 'media', 'package.nls.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  await cp(join(compiledTests, 'bench', 'hostProbe.js'), join(folder, 'hostProbe.js'));
  const main = "require('./hostProbe.js');\nmodule.exports = require('./dist/extension.js');\n";
  await writeFile(join(folder, 'probed.js'), main);
  const manifest: Record<string, unknown> = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, main: './probed.js' }));
  return folder;
}

/** What the probe in the extension host has measured since it was last asked. */
async function askHost(pid: number, file: string): Promise<HostMeasure> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  return JSON.parse(await written(file));
}

/** The text of a file, as soon as there is one. */
function written(file: string): Promise<string> {
  return until(limitMs, `Writing ${file}`, async () => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  });
}

/** The thread that publishes. */
class Publisher {
  /** Messages that Redis has taken. */
  sent = 0;
  readonly connected: Promise<void>;
  private readonly worker: Worker;

  constructor(target: PanelTarget) {
    this.worker = new Worker(join(compiledTests, 'bench', 'panelPublisher.js'), { workerData: target });
    this.connected = within(limitMs, 'Connecting the publisher', heard(this.worker, 'connected'));
  }

  /** Publishes, and waits until Redis has answered. */
  async publish(order: PanelOrder): Promise<void> {
    const wanted = this.sent + order.count;
    const all = new Promise<void>((resolve, reject) => {
      this.worker.once('error', reject);
      this.worker.on('message', (message) => {
        if (message.sent === wanted) resolve();
      });
    });
    this.worker.postMessage(order);
    await within(limitMs + (order.count / order.rate) * 2_000, 'Publishing', all);
    this.sent = wanted;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
