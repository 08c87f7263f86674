/**
 * `npm run soak -- [--minutes 30]`: leaves a window open on the demo and looks at it twice a minute. The panel must go on
 * receiving, and what the window's processes hold in memory must stop growing. `npm run soak -- workers`: see soakWorkers.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoNames } from '../demo/names';
import { checkDemo } from './check';
import { startDemo } from './demo';
import { residentBytes } from './processTree';
import { soakWorkers } from './soakWorkers';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { openWindow, type VscodeWindow } from './window';

const minuteMs = 60_000;
const sampleMs = minuteMs / 2;
const received = '[data-count="received"] .count-value';

interface Sample {
  minutes: number;
  received: number;
  megabytes: number;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { minutes: { type: 'string', default: '30' } },
    allowPositionals: true,
  });
  if (positionals[0] === 'workers') return soakWorkers();
  if (positionals.length > 0) throw new Error('Without --minutes there is only: npm run soak -- workers');
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error('--minutes takes a number above 0');
  const teardown = new Teardown();
  teardown.onSignals();
  try {
    process.env.TMPDIR = await tempFolder(teardown, 'soak');
    const { folder, vsix, machineSettings, env, redis } = await startDemo(teardown);
    const window = await openWindow({ folder, vsix, machineSettings, env });
    teardown.add('the window', () => window.close());
    await checkDemo(window, demoNames(redis.prefix));
    judge(await watch(window, minutes));
  } finally {
    await teardown.finish();
  }
}

/** @throws an Error when the panel receives nothing for the length of a sample */
async function watch(window: VscodeWindow, minutes: number): Promise<Sample[]> {
  const begin = Date.now();
  const samples: Sample[] = [];
  while (Date.now() - begin < minutes * minuteMs) {
    await delay(sampleMs);
    const sample: Sample = {
      minutes: Math.round(((Date.now() - begin) / minuteMs) * 10) / 10,
      received: await receivedBy(window),
      megabytes: Math.round((await residentBytes(process.pid)) / 1e6),
    };
    console.log(
      `${sample.minutes} min: received ${sample.received}, ${sample.megabytes} MB in all processes`,
    );
    if (sample.received <= (samples.at(-1)?.received ?? 0)) {
      throw new Error(`The panel stopped: see ${await window.screenshot('soak-stopped')}`);
    }
    samples.push(sample);
  }
  return samples;
}

async function receivedBy(window: VscodeWindow): Promise<number> {
  const panel = await window.webview(received);
  return Number((await panel.locator(received).innerText()).replaceAll(/\D/g, ''));
}

/** The first third is warming up. After it, a quarter more memory is a leak, since the demo itself is bounded. */
function judge(samples: Sample[]): void {
  const settled = samples.slice(Math.floor(samples.length / 3));
  const [first, last] = [settled[0], settled.at(-1)];
  if (!first || !last) return;
  if (last.megabytes > first.megabytes * 1.25) {
    throw new Error(`Memory grew from ${first.megabytes} MB to ${last.megabytes} MB after warming up`);
  }
  console.log(JSON.stringify({ minutes: last.minutes, received: last.received, megabytes: last.megabytes }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
