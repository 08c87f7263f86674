import assert from 'node:assert/strict';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { until } from '../launch/limits';
import { isAlive } from '../launch/processTree';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { productApi, rejection, run, savedConnections, useSetting } from './product';

describe('a connection from beginning to end', () => {
  let redis: RedisServer;
  let observer: Redis;
  useSetting('connections', () => []);

  before('start Redis', async () => {
    redis = await startRedis();
    observer = new Redis(redis.url);
  });
  after('end it', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    observer?.disconnect();
    await redis?.stop();
  });

  async function ownClients(): Promise<number> {
    return String(await observer.client('LIST')).match(/name=redis-messaging/g)?.length ?? 0;
  }

  it('names, when it is removed, what it feeds, and closes that alone', async () => {
    const { id: doomed } = await run<{ id: string }>('connection.add', { url: redis.url, name: 'doomed' });
    const { id: other } = await run<{ id: string }>('connection.add', { url: redis.url, name: 'other' });
    const api = await productApi();
    const panels: string[] = [];
    for (const connection of [doomed, other]) {
      const { panel } = await run<{ panel: string }>('channel.subscribe', { connection, channels: ['news'] });
      await until(60_000, 'the panel being live', async () =>
        (await api.traffic(panel)).state.kind === 'live' ? true : undefined,
      );
      panels.push(panel);
    }
    const start = { template: 'channelSubscriber', target: 'news', count: 2 };
    const started = await run<{ group: string; workers: { pid: number }[] }>('worker.start', {
      connection: doomed,
      ...start,
    });

    const asked = await rejection('connection.remove', { connection: doomed });
    assert.equal(asked.code, 'confirmation');
    assert.match(asked.message, /doomed/);
    assert.match(asked.message, /1 \(news\)/);
    assert.match(asked.message, /2 \(channel subscriber on news\)/);
    assert.match(asked.hint, /"confirmed": true/);
    assert.equal(
      (await api.traffic(panels[0])).state.kind,
      'live',
      'nothing is closed before it is confirmed',
    );

    await run('connection.remove', { connection: doomed, confirmed: true });
    assert.deepEqual(
      savedConnections().map(({ name }) => name),
      ['other'],
    );
    await assert.rejects(api.traffic(panels[0]), { code: 'notFound' });
    assert.equal((await api.traffic(panels[1])).state.kind, 'live');
    for (const { pid } of started.workers) assert.equal(await isAlive(pid), false, `worker ${pid} runs on`);
    await run('worker.dismiss', { group: started.group });
    await run('connection.remove', { connection: other, confirmed: true });
    await until(60_000, 'All sockets being closed', async () =>
      (await ownClients()) === 0 ? true : undefined,
    );
  });

  it('takes properties one at a time from code', async () => {
    const tls = { ca: '/ca.pem', servername: 'db.example' };
    const { id } = await run<{ id: string }>('connection.add', {
      url: 'rediss://h',
      name: 'n',
      readOnly: true,
      production: true,
      tls,
    });
    const whole = { id, name: 'n', url: 'rediss://h:6379/0', readOnly: true, production: true, tls };
    assert.deepEqual(savedConnections(), [whole]);
    await run('connection.edit', { connection: id, name: 'm', production: false });
    assert.deepEqual(savedConnections(), [{ id, name: 'm', url: 'rediss://h:6379/0', readOnly: true, tls }]);
    const plain = await rejection('connection.edit', { connection: id, url: 'redis://h' });
    assert.match(plain.message, /not encrypted/);
    for (const none of [null, {}]) {
      await run('connection.edit', { connection: id, tls });
      await run('connection.edit', { connection: id, tls: none, readOnly: false });
      assert.deepEqual(savedConnections(), [{ id, name: 'm', url: 'rediss://h:6379/0' }]);
    }
    for (const wrong of [{ cacert: '/ca.pem' }, { ca: 1 }, { cert: null }]) {
      const failure = await rejection('connection.edit', { connection: id, tls: wrong });
      assert.match(failure.message, /ca, cert, key, servername/);
    }
    await run('connection.remove', { connection: id, confirmed: true });
  });

  it('takes the TLS settings of a redis-cli line', async () => {
    const url = 'redis-cli --tls -h h --cacert /ca.pem';
    const { id } = await run<{ id: string }>('connection.add', { url });
    assert.deepEqual(savedConnections(), [
      { id, name: 'h:6379', url: 'rediss://h:6379/0', tls: { ca: '/ca.pem' } },
    ]);
    await run('connection.remove', { connection: id, confirmed: true });
  });
});
