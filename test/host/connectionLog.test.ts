import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ConnectionLog } from '../../src/host/connectionLog';
import { ConnectionSecrets } from '../../src/host/connectionSecrets';
import { Connections } from '../../src/host/connections';
import { Log } from '../../src/host/log';
import type { TrafficPanels } from '../../src/host/panels/trafficPanels';
import type { TrafficState } from '../../src/protocol/traffic';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { useSetting } from './product';

const limitMs = 60_000;

describe('log of the connections', () => {
  let redis: RedisServer;
  const ends: vscode.Disposable[] = [];

  before('start Redis', async () => {
    redis = await startRedis();
  });
  useSetting('connections', () => [{ id: 'logged', name: 'logged', url: `${redis.url}/0` }]);
  afterEach(() => {
    for (const end of ends.splice(0)) end.dispose();
  });
  after('end Redis', () => redis?.stop());

  /** What ConnectionLog writes, a line each. */
  function record(panels: Pick<TrafficPanels, 'onDidChange' | 'states'>): {
    readonly lines: string[];
    readonly connections: Connections;
  } {
    // Not disposed: VS Code gives the product's own channel to whoever asks for its name.
    const log = new Log();
    const nothingStored = { get: async () => undefined } as unknown as vscode.SecretStorage;
    const secrets = new ConnectionSecrets(nothingStored);
    const connections = new Connections(async () => openConnection, secrets, log);
    const lines: string[] = [];
    const write = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
    ends.push(
      new ConnectionLog(connections, panels, { info: write('info'), warn: write('warn') }),
      connections,
    );
    return { lines, connections };
  }

  it('has each state of a client once, with cause and next attempt', async () => {
    const { lines, connections } = record({
      onDidChange: () => new vscode.Disposable(() => undefined),
      states: () => [],
    });
    await connections.open('logged');
    assert.deepEqual(lines, ['info logged: connecting', 'info logged: connected']);
    const lost = lines.length;
    process.kill(redis.pid, 'SIGKILL');
    const attempts = new Set<number>();
    await until(
      limitMs,
      'Several attempts',
      () => {
        const state = connections.state('logged');
        if (state.kind === 'reconnecting') attempts.add(state.nextAttemptAt);
        return attempts.size >= 4 ? true : undefined;
      },
      10,
    );
    const told = lines.slice(lost);
    assert.ok(told.length <= 2, told.join('\n'));
    for (const line of told) assert.match(line, /^warn logged: reconnecting: .+\. .*Next try \d+:\d\d:\d\d/);
    assert.match(told.at(-1) ?? '', /Nothing listens at/);
    await redis.stop();
    redis = await startRedis({ port: redis.port });
    await until(limitMs, 'The connection being back', () =>
      lines.at(-1) === 'info logged: connected' ? true : undefined,
    );
    connections.disconnect('logged');
    assert.equal(lines.at(-1), 'info logged: not connected');
  });

  it('has the states of panels by the name of their connection, what befalls all of them once', () => {
    const changes = new vscode.EventEmitter<void>();
    const names = { channels: [], patterns: [], shardChannels: [] };
    const states = new Map<string, TrafficState>();
    const { lines } = record({
      onDidChange: changes.event,
      states: () =>
        [...states].map(([panel, state]) => ({
          panel,
          title: panel,
          connection: 'logged',
          subscriptions: names,
          state,
        })),
    });
    const set = (panel: string, kind: TrafficState['kind'], detail: string) => {
      states.set(panel, { kind, detail, hint: '' });
      changes.fire();
    };
    set('news', 'live', 'Subscribed.');
    set('orders', 'live', 'Subscribed.');
    set('news', 'reconnecting', 'Redis closed the connection.');
    set('orders', 'reconnecting', 'Redis closed the connection.');
    set('orders', 'reconnecting', 'Redis closed the connection.');
    set('orders', 'refused', 'The user may not use that channel.');
    assert.deepEqual(lines, [
      'info logged · news: live: Subscribed.',
      'info logged · orders: live: Subscribed.',
      'warn logged · news: reconnecting: Redis closed the connection.',
      'warn logged · orders: refused: The user may not use that channel.',
    ]);
  });
});
