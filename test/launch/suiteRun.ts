import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from './childProcess';
import { findLeftovers, type Leftover, runVariable } from './leftovers';
import { until, within } from './limits';
import { requestVariable, type SuiteCounts, type SuiteName, type SuiteRequest } from './mochaRun';
import { compiledTests } from './paths';
import { endProcessTree } from './processTree';
import type { Teardown } from './teardown';
import { releases, type VscodeRelease } from './vscodeInstall';

/** One suite to run, in one VS Code where it needs one. */
export interface SuiteRun {
  suite: SuiteName;
  /** Where the host suite runs. */
  host: VscodeRelease['name'] | undefined;
  desktop: boolean;
  grep: string | undefined;
  bail: boolean;
  /** The run's temporary folder, also its mark. */
  run: string;
}

/** Counts of a suite; a suite that crashed, hung or left processes behind has one more failed, with the reason. */
export interface SuiteOutcome extends SuiteCounts {
  title: string;
  seconds: number;
  reason: string | undefined;
}

const minute = 60_000;
/** What is just ending has so long on a busy machine; it is less than the lease of a worker that nobody ends. */
const endingMs = 15_000;
const limitMs: Record<SuiteName, number> = {
  unit: 15 * minute,
  redis: 30 * minute,
  host: 20 * minute,
  ui: 40 * minute,
};

/** Runs a suite in a process of its own, at most for the suite's time limit. Never rejects. */
export async function runSuite(run: SuiteRun, teardown: Teardown): Promise<SuiteOutcome> {
  const title = titleOf(run);
  console.log(`\n── ${title} ──`);
  const begin = Date.now();
  const resultFile = join(run.run, `${run.suite}-${run.host ?? 'node'}.json`);
  const problems = [await runToEnd(run, resultFile, teardown), await endLeftovers(run.run)];
  const counts = await readCounts(resultFile);
  if (!counts) problems.unshift('the suite did not report');
  const reasons = problems.filter((problem) => problem !== undefined);
  // A plain failure is in the counts already; anything else that went wrong is counted here, once.
  const uncounted = reasons.length > 0 && (counts?.failed ?? 0) === 0 ? 1 : 0;
  return {
    title,
    seconds: Math.round((Date.now() - begin) / 1000),
    passed: counts?.passed ?? 0,
    failed: (counts?.failed ?? 0) + uncounted,
    skipped: counts?.skipped ?? 0,
    reason: reasons.length > 0 ? reasons.join('; ') : undefined,
  };
}

/** Says in which VS Code a suite runs, where it runs in one. */
function titleOf({ suite, host, desktop }: SuiteRun): string {
  const release = host ?? (suite === 'ui' ? 'newest' : undefined);
  if (release === undefined) return suite;
  return `${suite} (VS Code ${desktop ? `${release}, desktop` : releases[release].version})`;
}

/** @returns what went wrong, in words, or `undefined` */
async function runToEnd(run: SuiteRun, resultFile: string, teardown: Teardown): Promise<string | undefined> {
  const request: SuiteRequest = {
    suite: run.suite,
    grep: run.grep,
    bail: run.bail,
    color: process.stdout.isTTY === true,
    resultFile,
  };
  const script = join(compiledTests, 'launch', run.host === undefined ? 'nodeSuite.js' : 'hostSuite.js');
  const args = run.host === undefined ? [] : [run.host, ...(run.desktop ? ['--desktop'] : [])];
  const started = await startProcess(process.execPath, ['--enable-source-maps', script, ...args], {
    inherit: true,
    env: {
      [requestVariable]: JSON.stringify(request),
      [runVariable]: run.run,
      ...(run.desktop ? { EXTENSION_TEST_DESKTOP: '1' } : {}),
    },
  });
  teardown.add(`the ${run.suite} suite`, () => started.stop());
  try {
    const code = await within(limitMs[run.suite], `The ${run.suite} suite`, started.ended);
    return code === 0 ? undefined : `ended with ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await started.stop();
  }
}

/** Ends what the suite left running, and says so: that is a mistake of the suite or of the product. */
export async function endLeftovers(run: string): Promise<string | undefined> {
  const left = await remaining(run);
  if (left.length === 0) return undefined;
  for (const { pid } of left) await endProcessTree(pid, 1_000);
  return `left running: ${left.map(({ pid, command }) => `${pid} ${command.slice(0, 120)}`).join(', ')}`;
}

/** What is still there when everything that is just ending has had a moment for it. */
async function remaining(run: string): Promise<Leftover[]> {
  const begin = Date.now();
  return until(endingMs * 2, 'Looking for leftovers', async () => {
    const left = await findLeftovers(run);
    return left.length === 0 || Date.now() - begin > endingMs ? left : undefined;
  });
}

async function readCounts(file: string): Promise<SuiteCounts | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
