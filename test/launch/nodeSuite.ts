/** Runs one suite in a plain Node process (unit, redis, ui). Started by `test.ts`, told by its environment what to run. */
import { readRequest, runMocha } from './mochaRun';

const leaveLimitMs = 5_000;

async function main(): Promise<void> {
  const failures = await runMocha(readRequest());
  process.exitCode = failures > 0 ? 1 : 0;
  // A test that leaves a socket or a timer behind must not keep the run from ending, but it is named.
  setTimeout(() => {
    console.error(`Still open after the last test: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit();
  }, leaveLimitMs).unref();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
