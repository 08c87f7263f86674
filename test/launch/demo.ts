import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { trafficVariables } from '../demo/names';
import { startProcess } from './childProcess';
import { type DemoRedis, demoRedis, passwordVariable } from './demoRedis';
import { compiledTests, root } from './paths';
import type { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import type { Settings } from './vscodeServer';
import { packageExtension } from './vsix';

/** Everything a window needs to show the demo. */
export interface Demo {
  readonly redis: DemoRedis;
  /** A copy of the demo workspace. */
  readonly folder: string;
  /** The packaged extension. */
  readonly vsix: string;
  /** Settings of scope `machine`: the connection. */
  readonly machineSettings: Settings;
  /** For VS Code: what must not stand in a settings file. */
  readonly env: NodeJS.ProcessEnv;
}

/** Packages the extension and brings up Redis, the demo's traffic and a copy of its workspace; `teardown` ends them. */
export async function startDemo(teardown: Teardown): Promise<Demo> {
  const redis = await demoRedis(teardown);
  const vsix = await packageExtension();
  const traffic = await startProcess(process.execPath, [join(compiledTests, 'demo', 'traffic.js')], {
    env: { [trafficVariables.url]: redis.url, [trafficVariables.prefix]: redis.prefix },
    onLine: (line) => console.error(`demo: ${line}`),
  });
  teardown.add('the demo’s producers and publishers', () => traffic.stop());
  void traffic.ended.then((code) => {
    if (!teardown.begun) console.error(`The demo’s producers and publishers ended with ${code}.`);
  });

  const folder = join(await tempFolder(teardown, 'demo'), 'redis-messaging-demo');
  await cp(join(root, 'test', 'demo', 'workspace'), folder, { recursive: true });
  const connection = {
    id: 'demo',
    name: 'demo',
    url: redis.shownUrl,
    ...(redis.password === undefined ? {} : { passwordEnv: passwordVariable }),
  };
  return {
    redis,
    folder,
    vsix,
    machineSettings: { 'redisMessaging.connections': [connection] },
    // Not passed on by accident: a worker in the demo's terminal gets its Redis from the extension.
    env: { REDIS_URL: undefined, [passwordVariable]: redis.password },
  };
}
