import { runBuiltIn } from './builtIn';
import { launch } from './launcher';

/**
 * Entry of the workers bundle, run by the editor's own Node.
 *
 *   launch   in a terminal: takes its command from the extension host's lease socket and runs it
 *   run      under a launcher: a built-in worker, configured over IPC
 */
async function main(subcommand: string | undefined): Promise<number> {
  switch (subcommand) {
    case 'launch':
      return launch();
    case 'run':
      return runBuiltIn();
    default:
      process.stderr.write('usage: workers.js launch | run\n');
      return 2;
  }
}

main(process.argv[2]).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
