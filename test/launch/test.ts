/**
 * `npm test`: gets what the suites need, runs them one after the other, adds up, leaves nothing behind.
 *
 *   --suite <unit|redis|host|ui>   only this one (may be repeated)
 *   --grep <text or regex>         only tests with such a title
 *   --bail                         stop at the first failure
 *   --desktop                      VS Code from @vscode/test-electron's download instead of the npm registry
 */
import { parseArgs } from 'node:util';
import { findChromium } from './chromium';
import { requireScreen } from './desktop';
import { type SuiteName, suites } from './mochaRun';
import { ensureRedis } from './redisServer';
import { endLeftovers, runSuite, type SuiteOutcome } from './suiteRun';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { installVscode, releases } from './vscodeInstall';

interface TestOptions {
  suites: readonly SuiteName[];
  grep: string | undefined;
  bail: boolean;
  desktop: boolean;
}

function readOptions(): TestOptions {
  const { values } = parseArgs({
    options: {
      suite: { type: 'string', multiple: true },
      grep: { type: 'string', short: 'g' },
      bail: { type: 'boolean', short: 'b', default: false },
      desktop: { type: 'boolean', default: false },
    },
  });
  const wanted = values.suite ?? [...suites];
  for (const name of wanted) {
    if (!suites.some((suite) => suite === name))
      throw new Error(`There is no suite "${name}", only ${suites.join(', ')}`);
  }
  return {
    suites: suites.filter((suite) => wanted.includes(suite)),
    grep: values.grep,
    bail: values.bail,
    desktop: values.desktop,
  };
}

/** No suite skips itself because a tool is missing: it is got now, or the run ends with the command that gets it. */
async function getTools(options: TestOptions): Promise<void> {
  const inWindow = options.suites.includes('host') || options.suites.includes('ui');
  if (inWindow || options.suites.includes('redis')) await ensureRedis();
  if (!inWindow) return;
  if (options.desktop) {
    requireScreen();
    return;
  }
  await findChromium();
  await installVscode(releases.newest);
  if (options.suites.includes('host')) await installVscode(releases.floor);
}

async function main(): Promise<void> {
  const options = readOptions();
  const teardown = new Teardown();
  teardown.onSignals(() => console.log('Ending…'));
  const run = await tempFolder(teardown, 't');
  // Everything below makes its temporary files in there, so nothing of them survives the run.
  process.env.TMPDIR = run;
  teardown.add('what is left of the suites', async () => {
    await endLeftovers(run);
  });
  const outcomes: SuiteOutcome[] = [];
  try {
    await getTools(options);
    for (const suite of options.suites) {
      const hosts = suite === 'host' ? (['newest', 'floor'] as const) : ([undefined] as const);
      for (const host of hosts) {
        if (teardown.begun) return;
        if (options.bail && outcomes.some((outcome) => outcome.failed > 0)) break;
        outcomes.push(await runSuite({ ...options, suite, host, run }, teardown));
      }
    }
  } finally {
    await teardown.finish();
  }
  report(outcomes, options.grep !== undefined);
}

/** The last line is the sum; whatever does not count as a failed test but is wrong stands above it. */
function report(outcomes: SuiteOutcome[], filtered: boolean): void {
  const sum = (count: (outcome: SuiteOutcome) => number) =>
    outcomes.reduce((total, each) => total + count(each), 0);
  const [passed, failed, skipped] = [sum((o) => o.passed), sum((o) => o.failed), sum((o) => o.skipped)];
  console.log('');
  for (const { title, seconds, ...counts } of outcomes) {
    const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    console.log(`${title.padEnd(32)} ${line} in ${seconds} s${counts.reason ? ` · ${counts.reason}` : ''}`);
  }
  const ranNothing = outcomes.filter((outcome) => outcome.passed + outcome.failed === 0);
  const missing = filtered ? ranNothing.length === outcomes.length : ranNothing.length > 0;
  if (missing) console.log(`No test ran in: ${ranNothing.map((outcome) => outcome.title).join(', ')}`);
  process.exitCode = failed > 0 || missing ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  // What could not even begin counts, so that the last line never looks like success.
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
});
