import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { useWindow } from './useWindow';

const password = 'c4n4ry p@ss/word?#:';

describe('A server that asks for a password', () => {
  const teardown = new Teardown();
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis({ args: ['--requirepass', password] });
    teardown.add('Redis', () => redis.stop());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'password'),
    machineSettings: {
      'redisMessaging.connections': [
        { id: 'locked', name: 'locked', url: `redis://127.0.0.1:${redis.port}/0` },
      ],
    },
  }));

  it('says so in the sidebar, takes the password by a click, and asks again for a wrong one', async () => {
    await window().openSidebar();
    await window().treeItem('The server asks for a password.').first().waitFor();
    await window().treeItem('Enter password…').click();
    await window().answer('wrong');
    await window().treeItem('The server refused user name or password.').first().waitFor();
    await window().screenshot('password-refused');
    await window().treeItem('Enter password…').click();
    await window().answer(password);
    await window()
      .treeItem(/^Queues/)
      .waitFor();
    await window().screenshot('password-taken');
  });
});
