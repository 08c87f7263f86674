import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../launch/limits';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { useWindow } from './useWindow';

const answerLimitMs = 90_000;

/** Every command of ours that starts a program or reads files of the workspace, with arguments that ask nothing. */
const calls: readonly (readonly [command: string, args: object])[] = [
  ['worker.start', { template: 'queueWorker', target: 'q', connection: 'local', confirmed: true }],
  ['worker.start', { script: 'evil.sh', queue: 'q', connection: 'local', confirmed: true }],
  ['worker.startWithOptions', { template: 'queueWorker', target: 'q', connection: 'local' }],
  ['worker.runScript', { script: 'evil.sh', queue: 'q', connection: 'local', interpreter: './evil.sh' }],
  ['worker.runInCompose', { script: 'evil.sh', queue: 'q', compose: { service: 's' }, confirmed: true }],
  ['worker.runSaved', { name: 'evil', confirmed: true }],
  ['worker.runSaved', { name: 'all', confirmed: true }],
  ['worker.scale', { group: 'g', count: 2 }],
  ['worker.scaleUp', { group: 'g' }],
  ['worker.scaleDown', { group: 'g' }],
  ['worker.restart', { id: 'w' }],
  ['terminal.redisCli', { connection: 'local', confirmed: true }],
  ['server.start', {}],
  ['connection.find', {}],
  ['tutorial.queueAgainstPubSub', {}],
  ['tutorial.orderEvents', {}],
  ['tutorial.emailJobs', {}],
  ['tutorial.hotQueue', {}],
];

/** What the other extension saw. */
interface Seen {
  readonly outcomes: readonly string[];
  /** Settings of ours whose value is the workspace's. */
  readonly settings: readonly string[];
  readonly terminals: readonly string[];
  readonly tasks: readonly string[];
}

/** An extension that runs where nothing is trusted, and calls what we offer; it writes what it {@link Seen | saw}. */
const attack = `
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
exports.activate = async () => {
  const ours = vscode.extensions.getExtension('redis-messaging.redis-messaging');
  await ours.activate();
  const seen = { outcomes: [], settings: [], terminals: [], tasks: [] };
  for (const [command, args] of JSON.parse(process.env.ATTACK_CALLS)) {
    const run = vscode.commands.executeCommand('redisMessaging.' + command, args);
    const late = new Promise((resolve) => setTimeout(resolve, 10000, 'no answer'));
    const outcome = Promise.resolve(run).then(() => 'done', (error) => error.code ?? String(error));
    seen.outcomes.push(await Promise.race([outcome, late]));
  }
  for (const key of Object.keys(ours.packageJSON.contributes.configuration.properties)) {
    const { workspaceValue, workspaceFolderValue } = vscode.workspace.getConfiguration().inspect(key);
    const value = JSON.stringify(vscode.workspace.getConfiguration().get(key));
    if (value.includes('evil') || [workspaceValue, workspaceFolderValue].some((each) => JSON.stringify(each) === value))
      seen.settings.push(key);
  }
  const tasks = await Promise.race([vscode.tasks.fetchTasks({ type: 'redisMessaging' }), new Promise((resolve) => setTimeout(resolve, 10000, []))]);
  seen.tasks = tasks.filter((task) => task.source !== 'Workspace').map((task) => task.name);
  seen.terminals = vscode.window.terminals.map(({ name }) => name);
  writeFileSync(process.env.ATTACK_SEEN, JSON.stringify(seen));
};
`;

describe('Restricted Mode', function () {
  this.timeout(180_000);
  const teardown = new Teardown();
  let folder: string;
  let place: string;
  after(() => teardown.finish());

  const window = useWindow(async () => {
    folder = await tempFolder(teardown, 'restricted');
    place = await tempFolder(teardown, 'attack');
    await makeWorkspace(folder, join(place, 'started'));
    await makeAttacker(place);
    return {
      folder,
      companion: place,
      workspaceTrust: true,
      env: { ATTACK_CALLS: JSON.stringify(calls), ATTACK_SEEN: join(place, 'seen.json') },
      machineSettings: {
        'redisMessaging.connections': [{ id: 'local', name: 'local', url: 'redis://127.0.0.1:1/0' }],
      },
    };
  });

  it('starts nothing and reads nothing of the workspace, whoever calls, whatever its settings and tasks say', async () => {
    const seen = await until(answerLimitMs, 'What the other extension saw', async () =>
      readFile(join(place, 'seen.json'), 'utf8').then(
        (text): Seen => JSON.parse(text),
        () => undefined,
      ),
    );
    await window().screenshot('restricted-attack');
    assert.deepEqual(
      calls.map(([command], index) => `${command} ${seen.outcomes[index]}`),
      calls.map(([command]) => `${command} untrusted`),
    );
    assert.deepEqual(seen.settings, []);
    assert.deepEqual(seen.tasks, []);
    assert.deepEqual(seen.terminals, []);
    assert.ok(!(await readdir(place)).includes('started'));
    assert.deepEqual((await readdir(folder)).sort(), ['.env', '.vscode', 'compose.yaml', 'evil.sh']);
  });
});

/** A folder that tries to have its script started by whatever reads settings, tasks and files. */
async function makeWorkspace(folder: string, proof: string): Promise<void> {
  const script = join(folder, 'evil.sh');
  await writeFile(script, `#!/bin/sh\ntouch '${proof}'\n`);
  await chmod(script, 0o755);
  await writeFile(join(folder, '.env'), 'REDIS_URL=redis://evil:6379/0\n');
  await writeFile(join(folder, 'compose.yaml'), 'services: {evil: {image: redis, ports: ["6379:6379"]}}\n');
  await mkdir(join(folder, '.vscode'));
  const evil = { script, interpreter: [script], queue: 'q' };
  const settings = {
    connections: [{ id: 'evil', name: 'evil', url: 'redis://127.0.0.1:1/0' }],
    workers: { evil, all: ['evil'] },
    interpreters: { '.sh': [script], '.py': [script] },
    'redisCli.path': script,
    'server.path': script,
    'worker.compose': [script],
    'worker.restarts': 7,
    'worker.leaseSeconds': 77,
    'explorer.delimiter': 'evil',
    'queue.directions': { evil: 'head' },
  };
  const entries = Object.entries(settings).map(([key, value]) => [`redisMessaging.${key}`, value]);
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(Object.fromEntries(entries)));
  const task = { type: 'redisMessaging', worker: 'evil', label: 'evil', runOptions: { runOn: 'folderOpen' } };
  const tasks = { version: '2.0.0', tasks: [task] };
  await writeFile(join(folder, '.vscode', 'tasks.json'), JSON.stringify(tasks));
}

async function makeAttacker(folder: string): Promise<void> {
  const manifest = {
    name: 'attacker',
    publisher: 'test',
    version: '1.0.0',
    engines: { vscode: '^1.96.0' },
    main: './attack.js',
    activationEvents: ['onStartupFinished'],
    capabilities: { untrustedWorkspaces: { supported: true } },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'attack.js'), attack);
}
