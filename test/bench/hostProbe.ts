/**
 * Loaded by the extension host before the extension. Writes the host's process id to `<PANEL_BENCH_PROBE>.pid`, and upon SIGUSR2 what it has measured since the last one to `<PANEL_BENCH_PROBE>`.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What the probe writes, as JSON. */
export interface HostMeasure {
  /** The 99th percentile of the delay of the extension host's loop, in ms. */
  readonly loopP99Ms: number;
  /** Memory of the whole process with all its threads. */
  readonly rssMb: number;
}

const probeVariable = 'PANEL_BENCH_PROBE';

const file = process.env[probeVariable];
if (file === undefined) throw new Error(`${probeVariable} is not set`);
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
process.on('SIGUSR2', () => {
  const measure: HostMeasure = {
    loopP99Ms: Math.round(delays.percentile(99) / 10_000) / 100,
    rssMb: Math.round(process.memoryUsage.rss() / 1_048_576),
  };
  delays.reset();
  writeFileSync(`${file}.new`, JSON.stringify(measure));
  renameSync(`${file}.new`, file);
});
writeFileSync(`${file}.pid`, String(process.pid));
