import { closeSync } from 'node:fs';
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

/**
 * Node resets at its end the terminals that it was started on, and aborts where that is refused, as by one that was closed
 * meanwhile. It leaves out what is not open any more. All was written by now: on Windows, where it may not be, Node resets
 * nothing.
 */
function leave(code: number): never {
  if (process.platform !== 'win32') {
    for (const fd of [0, 1, 2]) {
      try {
        closeSync(fd);
      } catch {
        // It was closed before.
      }
    }
  }
  process.exit(code);
}

main(process.argv[2]).then(leave, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  leave(1);
});
