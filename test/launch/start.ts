/**
 * `npm start`: opens VS Code with the packaged extension on the demo workspace, connected to a live Redis in which demo
 * producers and publishers are at work. Ctrl+C ends everything it started.
 *
 *   --check   the same without a screen: waits until a window shows the demo, saves a screenshot, exits 0
 */
import { parseArgs } from 'node:util';
import { demoNames } from '../demo/names';
import { checkDemo } from './check';
import { type Demo, startDemo } from './demo';
import { openDemoWindow } from './demoWindow';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { openWindow } from './window';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const teardown = new Teardown();
  teardown.onSignals(() => console.log('\nEnding the demo…'));
  try {
    // Sockets and other temporary files of VS Code are made in here, and go with it.
    process.env.TMPDIR = await tempFolder(teardown, 's');
    const demo = await startDemo(teardown);
    if (values.check) await check(demo, teardown);
    else await openDemoWindow(demo, teardown);
  } finally {
    await teardown.finish();
  }
}

async function check(demo: Demo, teardown: Teardown): Promise<void> {
  const { folder, vsix, machineSettings, env } = demo;
  const window = await openWindow({ folder, vsix, machineSettings, env });
  teardown.add('the window', () => window.close());
  try {
    await checkDemo(window, demoNames(demo.redis.prefix));
  } catch (error) {
    console.error(`What the window showed: ${await window.screenshot('check-failed')}`);
    throw error;
  }
  console.log(
    `The demo queue is in the sidebar and a demo message in the panel: ${await window.screenshot('check')}`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
