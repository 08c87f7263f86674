import assert from 'node:assert/strict';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { useSetting } from './product';

/** What is called with a line of a tree is called by a person. */
function line(kind: string, name?: string): object {
  return { kind, id: kind, connection: 'told', ...(name === undefined ? {} : { name: Buffer.from(name) }) };
}

describe('what a person is told', () => {
  let redis: RedisServer;
  let observer: Redis;
  const told: string[] = [];
  const { showInformationMessage, showWarningMessage } = vscode.window;

  before('start Redis with a user who may not run INFO, and listen', async () => {
    redis = await startRedis();
    observer = new Redis(redis.url);
    await observer.call('ACL', 'SETUSER', 'default', '-info');
    vscode.window.showInformationMessage = async (text: string) => {
      told.push(text);
      return undefined;
    };
  });
  useSetting('connections', () => [{ id: 'told', name: 'told', url: redis.url }]);
  useSetting('queue.directions', () => ({ orders: 'tail' }));
  beforeEach(() => told.splice(0));
  after('end Redis', async () => {
    Object.assign(vscode.window, { showInformationMessage, showWarningMessage });
    observer?.disconnect();
    await redis?.stop();
  });

  async function wasTold(expected: RegExp): Promise<void> {
    const text = await until(15_000, 'a notification', async () => told[0]);
    assert.match(text, expected);
  }

  it('is that a queue was emptied by others while a pop was confirmed', async () => {
    await observer.rpush('orders', 'one');
    vscode.window.showWarningMessage = async (_text: string, ...rest: unknown[]) => {
      await observer.del('orders');
      return rest.at(-1) as never;
    };
    await vscode.commands.executeCommand('redisMessaging.queue.pop', line('queue', 'orders'));
    await wasTold(/^Nothing was popped: orders is empty by now\.$/);
  });

  it('is how fast a server answers that does not tell what it is', async () => {
    await vscode.commands.executeCommand('redisMessaging.connection.test', line('connection'));
    await wasTold(/^told answers in \d+\.\d ms\.$/);
  });

  it('is what a server is that tells it', async () => {
    await observer.call('ACL', 'SETUSER', 'default', '+info');
    await vscode.commands.executeCommand('redisMessaging.connection.test', line('connection'));
    await wasTold(/^told answers in \d+\.\d ms: Redis \d[\d.]+, standalone, primary\.$/);
  });
});
