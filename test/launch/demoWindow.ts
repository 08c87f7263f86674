import { randomBytes } from 'node:crypto';
import { commandTitle } from './commandTitle';
import type { Demo } from './demo';
import { desktopProgram, openOnDesktop } from './demoDesktop';
import type { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { installVscode, releases } from './vscodeInstall';
import { startVscodeServer } from './vscodeServer';

/** Opens VS Code for a person, on this machine's screen or in the browser, and waits until it has ended. */
export async function openDemoWindow(demo: Demo, teardown: Teardown): Promise<void> {
  const program = await desktopProgram();
  if (program) {
    console.log(`\nOpening ${program} with settings and extensions of its own.`);
    console.log(introduction(demo));
    await openOnDesktop(program, demo, await tempFolder(teardown, 'code'), teardown);
    return;
  }
  const { vsix, machineSettings, env } = demo;
  const server = await startVscodeServer(await installVscode(releases.newest), {
    dataFolder: await tempFolder(teardown, 'code'),
    settings: { 'workbench.startupEditor': 'readme' },
    vsix,
    machineSettings,
    env,
    token: randomBytes(20).toString('hex'),
  });
  teardown.add('the VS Code server', () => server.stop());
  console.log(
    `\nVS Code ${releases.newest.version} is ready in the browser:\n\n  ${server.address(demo.folder)}`,
  );
  console.log(introduction(demo));
  const code = await server.ended;
  if (!teardown.begun) throw new Error(`The VS Code server ended with ${code}\n${server.tail()}`);
}

function introduction(demo: Demo): string {
  const { shownUrl, prefix, own } = demo.redis;
  return `
Redis: ${shownUrl} (${own ? 'started for the demo' : `yours; the demo’s keys begin with ${prefix} and are removed at the end`})

Three things to try first:
  1. Click Redis Messaging in the activity bar: queues, streams and channels with live counts.
  2. F1, "${commandTitle('redisMessaging.channel.subscribe')}", ${prefix}order_events: 40 messages a second in the panel.
  3. F1, "${commandTitle('redisMessaging.channel.publish')}", ${prefix}audit_log: nobody hears it, and you are told so.

Ctrl+C ends all of it.`;
}
