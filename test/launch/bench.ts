/**
 * `npm run bench -- <name> [arguments]`: runs one measurement of test/bench/ and prints its result as one line of JSON
 * on stdout. Everything else that is said on the way goes to stderr.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledTests } from './paths';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';

/** What a measurement's module exports, as `run`. */
export type Bench = (args: string[], teardown: Teardown) => Promise<Record<string, number | string>>;

async function main(): Promise<void> {
  const [name, ...args] = process.argv.slice(2);
  const folder = join(compiledTests, 'bench');
  const names = readdirSync(folder).flatMap((file) =>
    file.endsWith('.bench.js') ? [file.slice(0, -9)] : [],
  );
  if (name === undefined || !names.includes(name)) throw new Error(`Which measurement? ${names.join(', ')}`);
  const teardown = new Teardown();
  teardown.onSignals();
  // Libraries that tell their progress do so on stdout; there only the result belongs.
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    process.env.TMPDIR = await tempFolder(teardown, 'b');
    const module: { run: Bench } = await import(pathToFileURL(join(folder, `${name}.bench.js`)).href);
    print(`${JSON.stringify(await module.run(args, teardown))}\n`);
  } finally {
    await teardown.finish();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
