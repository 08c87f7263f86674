import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandTitle } from '../launch/commandTitle';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

const password = 'c4n4ry p@ss/word?#:';
const command = 'redisMessaging.connection.find';

/** A project as people have them: an app and a compose file. */
async function writeProject(folder: string, port: number): Promise<void> {
  await mkdir(join(folder, 'apps/api'), { recursive: true });
  await writeFile(
    join(folder, '.env'),
    `# The shop\nDATABASE_URL=postgres://shop@localhost/shop\nREDIS_PORT=${port}\nREDIS_PASSWORD='${password}'\nREDIS_URL=redis://:${encodeURIComponent(password)}@127.0.0.1:\${REDIS_PORT}/0\n`,
  );
  await writeFile(
    join(folder, 'compose.yaml'),
    'services:\n  queue:\n    image: valkey/valkey:8\n    ports: ["6380:6379"]\n  cache:\n    image: redis:7\n',
  );
  await writeFile(join(folder, 'apps/api/.env.example'), 'REDIS_HOST=queue\nREDIS_PORT=6379\n');
}

describe('Find Redis in This Workspace', () => {
  const teardown = new Teardown();
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis({ args: ['--requirepass', password] });
    teardown.add('Redis', () => redis.stop());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => {
    const folder = await tempFolder(teardown, 'find');
    await writeProject(folder, redis.port);
    return { folder };
  });
  const explorer = () => new ExplorerPage(window());

  it('is in the welcome text, offers what files name and says what cannot be used', async () => {
    await window().openSidebar();
    await window().page.getByRole('button', { name: 'Find Redis in This Workspace' }).waitFor();
    await window().screenshot('find-welcome');
    await window().page.getByRole('button', { name: 'Find Redis in This Workspace' }).click();
    await explorer().asked('Redis in This Workspace');
    await window().page.getByText('1 more was found that cannot be used…').waitFor();
    await window().screenshot('find-picks');
    assert.deepEqual(
      (await explorer().choices()).map((text) => text.trim()),
      [
        `redis://127.0.0.1:${redis.port}/0`,
        'password found',
        'redis://127.0.0.1:6380/0',
        'also apps/api/.env.example · REDIS_HOST',
        '1 more was found that cannot be used…',
      ],
    );
    const shown = await window().page.locator('.quick-input-widget').innerText();
    assert.match(shown, /password found/);
    assert.ok(!shown.includes('c4n4ry'), shown);
    await window().pick('1 more was found that cannot be used…');
    await explorer().asked('What Cannot Be Used');
    await window().page.getByText('Service cache does not publish its port 6379').waitFor();
    await window().screenshot('find-problems');
    await window().pick('compose.yaml · service cache');
    await explorer().asked('Redis in This Workspace');
  });

  it('leads into Add Connection, and the password goes along unseen', async () => {
    await window().pick(`redis://127.0.0.1:${redis.port}/0`);
    await explorer().asked('Add Connection');
    assert.equal(await window().quickInput().inputValue(), `redis://127.0.0.1:${redis.port}/0`);
    await window().screenshot('find-add');
    await window().page.keyboard.press('Enter');
    await window()
      .treeItem(/^Queues/)
      .waitFor();
    await window().screenshot('find-added');
    const saved = await readFile(join(window().dataFolder, 'server/data/Machine/settings.json'), 'utf8');
    assert.ok(saved.includes(`127.0.0.1:${redis.port}`) && !saved.includes('c4n4ry'), saved);
  });

  it('marks what is saved already and does not add it twice', async () => {
    await window().runCommand(commandTitle(command));
    await explorer().asked('Redis in This Workspace');
    await window().page.getByText('saved already as 127.0.0.1').waitFor();
    await window().pick(`redis://127.0.0.1:${redis.port}/0`);
    await window().notified(`It is saved already, as 127.0.0.1:${redis.port}.`);
  });
});

describe('Find Redis where files name none', () => {
  const teardown = new Teardown();
  after(() => teardown.finish());

  const window = useWindow(async () => {
    const folder = await tempFolder(teardown, 'find-none');
    await writeFile(join(folder, '.env'), 'PORT=3000\n');
    return { folder };
  });

  it('says at what it looked, and offers to add a connection', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle(command));
    const told = await window().notified('No Redis was found. Looked at: .env.');
    await window().screenshot('find-none');
    await told.getByRole('button', { name: 'Add Connection…' }).click();
    await new ExplorerPage(window()).asked('Add Connection');
  });
});

describe('Find Redis in Restricted Mode', () => {
  const teardown = new Teardown();
  after(() => teardown.finish());

  const window = useWindow(async () => {
    const folder = await tempFolder(teardown, 'find-restricted');
    await writeProject(folder, 6379);
    return { folder, workspaceTrust: true };
  });

  it('reads nothing, and says why', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle(command));
    await window().notified('In Restricted Mode nothing from the workspace is used. Trust this workspace');
    await window().screenshot('find-restricted');
    assert.equal(await window().page.locator('.quick-input-title:visible').count(), 0);
  });
});
