import assert from 'node:assert/strict';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import type { TrafficReport } from '../../src/host/panels/trafficPanels';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';

const connection = 'traffic test';

interface Api {
  readonly version: 1;
  traffic(panel?: string): Promise<TrafficReport>;
}

function run<Result>(command: string, args: object): Thenable<Result> {
  return vscode.commands.executeCommand<Result>(`redisMessaging.${command}`, args);
}

describe('traffic commands from code', () => {
  let redis: RedisServer;
  let publisher: Redis;
  let api: Api;
  let savedConnections: unknown;
  const settings = () => vscode.workspace.getConfiguration('redisMessaging');

  before('start Redis and name it', async () => {
    redis = await startRedis();
    publisher = new Redis(redis.url);
    savedConnections = settings().inspect('connections')?.globalValue;
    const profile = { id: 'traffic', name: connection, url: redis.url };
    await settings().update('connections', [profile], vscode.ConfigurationTarget.Global);
    const extension = vscode.extensions.getExtension<Api>('redis-messaging.redis-messaging');
    assert.ok(extension);
    api = await extension.activate();
  });
  after('close the panels and end Redis', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await settings().update('connections', savedConnections, vscode.ConfigurationTarget.Global);
    publisher?.disconnect();
    await redis?.stop();
  });

  async function subscribe(names: object): Promise<string> {
    const { panel } = await run<{ panel: string }>('channel.subscribe', { connection, ...names });
    await reported(panel, 'the panel being live', ({ state }) => state.kind === 'live');
    return panel;
  }

  async function reported(
    panel: string,
    what: string,
    holds: (report: TrafficReport) => boolean,
  ): Promise<TrafficReport> {
    return until(60_000, what, async () => {
      const report = await api.traffic(panel);
      return holds(report) ? report : undefined;
    });
  }

  it('use two sockets of a connection, however many panels and commands there are', async () => {
    await Promise.all([subscribe({ channels: ['one'] }), subscribe({ channels: ['two'], patterns: ['t*'] })]);
    await Promise.all(
      ['a', 'b', 'c'].map((message) => run('queue.push', { connection, queue: 'sockets', message })),
    );
    const clients = String(await publisher.client('LIST')).match(/name=redis-messaging\S*/g) ?? [];
    assert.deepEqual(clients.sort(), ['name=redis-messaging-traffic', 'name=redis-messaging:commands']);
  });

  it('show one panel for the same names, in whatever order, and another for others', async () => {
    const one = await subscribe({ channels: ['a', 'b'], patterns: ['p*'] });
    assert.equal(await subscribe({ channels: ['b', 'a'], patterns: ['p*'] }), one);
    assert.notEqual(await subscribe({ channels: ['a', 'b', 'p*'] }), one);
  });

  it('count every message, also while the panel is hidden', async () => {
    const panel = await subscribe({ channels: ['counted'] });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'in front' }));
    for (let i = 100; i < 600; i++) await publisher.publish('counted', `message ${i}`);
    const { counts } = await reported(
      panel,
      'all messages being counted',
      (it) => it.counts?.received === 500,
    );
    assert.ok(counts);
    assert.equal(counts.kept + counts.evicted, counts.received);
    assert.equal(counts.receivedBytes, 500 * 'message 100'.length);
    assert.equal(counts.gaps, 0);
  });

  it('tell how many of the receivers are our own', async () => {
    await subscribe({ channels: ['news.a'] });
    await subscribe({ channels: ['news.a'], patterns: ['news.*'] });
    const other = publisher.duplicate();
    await other.subscribe('news.a');
    const answer = await run<object>('channel.publish', { connection, channel: 'news.a', message: 'm' });
    other.disconnect();
    assert.deepEqual(answer, { receivers: 3, own: 2 });
  });

  it('take names that are no text', async () => {
    const panel = await subscribe({ channels: [{ base64: '/wA=' }] });
    await publisher.publish(Buffer.from([0xff, 0x00]), 'm');
    const report = await reported(panel, 'the message being counted', (it) => it.counts?.received === 1);
    assert.deepEqual(report.subscriptions.channels, [{ base64: '/wA=' }]);
    assert.equal(report.title, 'ÿ\\u{0}');
  });

  it('pause and resume by name, and say the counts', async () => {
    const panel = await subscribe({ channels: ['paused'] });
    const paused = await run<{ paused: boolean; received: number }>('traffic.pause', { panel });
    assert.equal(paused.paused, true);
    await publisher.publish('paused', 'm');
    await reported(panel, 'capture going on', (it) => it.counts?.received === 1 && it.paused);
    assert.equal((await run<{ paused: boolean }>('traffic.pause', { panel, paused: true })).paused, true);
    assert.equal((await run<{ paused: boolean }>('traffic.pause', { panel })).paused, false);
  });

  it('clear by name, and say what was there', async () => {
    const panel = await subscribe({ channels: ['cleared'] });
    for (let i = 0; i < 3; i++) await publisher.publish('cleared', 'm');
    await reported(panel, 'the messages being counted', (it) => it.counts?.received === 3);
    const answer = await run<{ panel: string; received: number }>('traffic.clear', { panel });
    assert.equal(answer.panel, panel);
    assert.equal(answer.received, 3);
    await reported(panel, 'the counts beginning anew', (it) => it.counts?.received === 0);
  });

  it('report no more than they say they do, and no way to reach Redis', async () => {
    const panel = await subscribe({ channels: ['reported'] });
    const report = await api.traffic(panel);
    const fields = ['connection', 'counts', 'panel', 'paused', 'state', 'subscriptions', 'title'];
    assert.deepEqual(Object.keys(report).sort(), fields);
    assert.equal(report.connection, 'traffic');
    assert.ok(!JSON.stringify(report).includes('redis://'));
  });

  it('go on when a connection that was removed is there again, at another address too', async () => {
    const panel = await subscribe({ channels: ['moved'] });
    await settings().update('connections', [], vscode.ConfigurationTarget.Global);
    const gone = await reported(panel, 'the panel noticing', ({ state }) => state.kind === 'failed');
    assert.match(gone.state.detail, /no connection/i);
    assert.notEqual(gone.state.hint, '');
    assert.equal(gone.counts, undefined);
    const profile = { id: 'traffic', name: connection, url: `redis://localhost:${redis.port}` };
    await settings().update('connections', [profile], vscode.ConfigurationTarget.Global);
    await reported(panel, 'the panel being live again', ({ state }) => state.kind === 'live');
    await publisher.publish('moved', 'm');
    await reported(panel, 'messages coming', (it) => it.counts?.received === 1);
  });

  const wrong: readonly (readonly [what: string, command: string, args: object, code: string])[] = [
    ['no name at all', 'channel.subscribe', { connection }, 'argument'],
    ['an empty name', 'channel.subscribe', { connection, channels: ['a', ''] }, 'argument'],
    ['names that are no list', 'channel.subscribe', { connection, channels: 'a' }, 'argument'],
    ['malformed base64', 'channel.subscribe', { connection, channels: [{ base64: '?' }] }, 'argument'],
    [
      'an unknown connection',
      'channel.subscribe',
      { connection: 'nowhere', channels: ['a'] },
      'noConnection',
    ],
    ['an unknown panel', 'traffic.pause', { panel: 'none' }, 'notFound'],
    ['an unknown panel', 'traffic.clear', { panel: 'none' }, 'notFound'],
  ];
  for (const [what, command, args, code] of wrong) {
    it(`reject ${what} (${command})`, async () => {
      await assert.rejects(
        async () => run(command, args),
        (error: { code?: string; message: string; hint?: string }) => {
          assert.equal(error.code, code);
          return true;
        },
      );
    });
  }
});
