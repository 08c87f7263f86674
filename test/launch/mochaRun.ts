import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { compiledTests } from './paths';

/** The suites of `npm test`, in the order they run. */
export const suites = ['unit', 'redis', 'host', 'ui'] as const;

/** Name of a suite. */
export type SuiteName = (typeof suites)[number];

/** What one run of a suite came to, as it is handed from the process that ran it to the one that adds up. */
export interface SuiteCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What a run of a suite is told; passed on through the environment, because VS Code stands in between. */
export interface SuiteRequest {
  suite: SuiteName;
  /** Only tests whose full title contains this text or matches this regular expression. */
  grep?: string | undefined;
  /** Stop at the first failure. */
  bail: boolean;
  color: boolean;
  /** Where to write the counts. */
  resultFile: string;
}

/** Environment variable that carries a `SuiteRequest` as JSON. */
export const requestVariable = 'EXTENSION_TEST_REQUEST';

/**
 * Far more than a test takes: it ends what hangs. Where a test waits, that wait has a limit of its own, which is reached
 * first and names what did not come.
 */
const testLimitMs: Record<SuiteName, number> = { unit: 180_000, redis: 90_000, host: 120_000, ui: 300_000 };

/** A test that takes longer is shown with its time. */
const slowMs: Record<SuiteName, number> = { unit: 1_000, redis: 5_000, host: 7_500, ui: 15_000 };

/** Tests that bring faults about need a real Redis, so they belong to that suite. */
const foldersOf: Record<SuiteName, string[]> = {
  unit: ['unit'],
  redis: ['redis', 'faults'],
  host: ['host'],
  ui: ['ui'],
};

/** Suites whose files wait more than they compute, and have servers of their own: each in a process, several at a time. */
const filesAtOnce: Partial<Record<SuiteName, number>> = { redis: 2 };

/** Prints as mocha's `spec` does, and writes the counts as JSON to the file named by the reporter's option `file`. */
export class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const counts: SuiteCounts = { passed: passes, failed: failures, skipped: pending };
      writeFileSync(options.reporterOptions.file, JSON.stringify(counts));
    });
  }
}

/** The request this process was started with. */
export function readRequest(): SuiteRequest {
  const text = process.env[requestVariable];
  if (text === undefined) throw new Error(`${requestVariable} is not set: start the tests with npm test`);
  return JSON.parse(text);
}

/**
 * Runs a suite's compiled tests in this process.
 * @returns the number of failures
 * @throws when a test file cannot be loaded, also because it says `.only`
 */
export async function runMocha(request: SuiteRequest): Promise<number> {
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: CountingReporter,
    reporterOptions: { file: request.resultFile },
    timeout: testLimitMs[request.suite],
    slow: slowMs[request.suite],
    bail: request.bail,
    color: request.color,
    forbidOnly: true,
    ...(filesAtOnce[request.suite] === undefined ? {} : { parallel: true, jobs: filesAtOnce[request.suite] }),
    ...(request.grep === undefined ? {} : { grep: request.grep }),
  });
  for (const file of foldersOf[request.suite].flatMap(testFiles)) mocha.addFile(file);
  return new Promise((resolve) => mocha.run(resolve));
}

function testFiles(folder: string): string[] {
  const top = join(compiledTests, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => join(top, name));
}
