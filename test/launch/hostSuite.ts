/**
 * Runs the host suite in one VS Code. Started by `test.ts`.
 *
 *   node hostSuite.js <newest|floor>            the npm registry's server in a headless browser
 *   node hostSuite.js <newest|floor> --desktop  the desktop program, downloaded by @vscode/test-electron
 */
import { join } from 'node:path';
import { runInHost } from './hostRun';
import { compiledTests } from './paths';
import { Teardown } from './teardown';

async function main(): Promise<number> {
  const [release, flag] = process.argv.slice(2);
  if (release !== 'newest' && release !== 'floor') throw new Error('Expected: newest or floor');
  const teardown = new Teardown();
  teardown.onSignals();
  try {
    const entry = join(compiledTests, 'host', 'run.js');
    return await runInHost({ release, entry, desktop: flag === '--desktop' }, teardown);
  } finally {
    await teardown.finish();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
