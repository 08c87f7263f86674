import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import type { MessageValue } from '../../src/core/messageValue';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { type Rejection, rejection, run, useSetting } from './product';

interface Popped {
  readonly messages: readonly MessageValue[];
  readonly outcome: string;
  readonly end: string;
}

interface Peeked {
  readonly messages: readonly MessageValue[];
  readonly length: number;
}

/** Bytes that are no text in any encoding of ours. */
const binary = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0a]);

describe('queue commands from code', () => {
  let redis: RedisServer;
  let observer: Redis;

  before('start Redis', async () => {
    redis = await startRedis();
    observer = new Redis(redis.url);
  });
  useSetting('connections', () => [{ id: 'queues', name: 'queues', url: redis.url }]);
  beforeEach('begin with an empty database', async () => {
    await observer.flushall();
  });
  after('end Redis', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    observer?.disconnect();
    await redis?.stop();
  });

  const push = (args: object) => run<{ length: number }>('queue.push', args);
  const peek = (args: object) => run<Peeked>('queue.peek', args);
  const pop = (args: object) => run<Popped>('queue.pop', { confirmed: true, ...args });

  describe('push', () => {
    it('puts a message where consumers of the other end get it last, and tells the length', async () => {
      assert.deepEqual(await push({ queue: 'q', message: 'one' }), { length: 1 });
      assert.deepEqual(await push({ queue: 'q', message: 'two' }), { length: 2 });
      assert.deepEqual(await observer.lrange('q', 0, -1), ['two', 'one']);
    });

    it('takes either end', async () => {
      await push({ queue: 'q', message: 'middle' });
      await push({ queue: 'q', message: 'first', end: 'head' });
      await push({ queue: 'q', message: 'last', end: 'tail' });
      assert.deepEqual(await observer.lrange('q', 0, -1), ['first', 'middle', 'last']);
    });

    it('takes many messages, in order, beyond one batch', async () => {
      const messages = Array.from({ length: 2_345 }, (_, i) => `m${i}`);
      assert.deepEqual(await push({ queue: 'q', messages, end: 'tail' }), { length: 2_345 });
      assert.deepEqual(await observer.lrange('q', 0, -1), messages);
    });

    it('sends bytes unchanged, as names and as messages', async () => {
      const base64 = binary.toString('base64');
      await push({ queue: { base64 }, messages: [{ base64 }, '', 'ä€😀\u0000'], end: 'tail' });
      const stored = await observer.lrangeBuffer(binary, 0, -1);
      assert.deepEqual(stored, [binary, Buffer.alloc(0), Buffer.from('ä€😀\u0000')]);
    });

    it('finds the connection by id, by name, and where there is only one', async () => {
      for (const args of [{ connection: 'queues' }, {}]) await push({ ...args, queue: 'q', message: 'm' });
      assert.equal(await observer.llen('q'), 2);
    });
  });

  describe('peek', () => {
    beforeEach(async () => {
      await observer.rpush('q', 'e', 'd', 'c', 'b', 'a');
    });

    it('shows the message that is consumed next, and takes nothing', async () => {
      assert.deepEqual(await peek({ queue: 'q' }), { messages: ['a'], length: 5 });
      assert.equal(await observer.llen('q'), 5);
    });

    it('counts offset and count from the end that is consumed', async () => {
      assert.deepEqual(await peek({ queue: 'q', offset: 1, count: 3 }), {
        messages: ['b', 'c', 'd'],
        length: 5,
      });
      assert.deepEqual(await peek({ queue: 'q', offset: 4, count: 9 }), { messages: ['e'], length: 5 });
      assert.deepEqual(await peek({ queue: 'q', offset: 5 }), { messages: [], length: 5 });
    });

    it('shows what is no text as base64', async () => {
      await observer.rpush('q', binary);
      const { messages } = await peek({ queue: 'q' });
      assert.deepEqual(messages, [{ base64: binary.toString('base64') }]);
    });

    it('finds nothing in a queue that is not there', async () => {
      assert.deepEqual(await peek({ queue: 'none' }), { messages: [], length: 0 });
    });
  });

  describe('pop', () => {
    it('takes turns with other pops of this window', async () => {
      await observer.rpush('q', '1', '2', '3', '4', '5');
      const pops = Array.from({ length: 8 }, () => run<Popped>('queue.pop', { queue: 'q', confirmed: true }));
      const outcomes = (await Promise.all(pops)).map(({ outcome }) => outcome);
      assert.deepEqual(outcomes.sort(), [...Array(3).fill('empty'), ...Array(5).fill('popped')]);
    });

    it('does nothing unless that is confirmed', async () => {
      await observer.rpush('q', 'a');
      for (const confirmed of [undefined, false]) {
        const { code, message, hint } = await rejection('queue.pop', { queue: 'q', confirmed });
        assert.equal(code, 'confirmation');
        assert.match(message, /^queues · Pop from Queue: .*\bq\b/);
        assert.match(hint, /"confirmed": true.*Nothing was changed/);
      }
      assert.deepEqual(await observer.lrange('q', 0, -1), ['a']);
    });

    it('takes the message that consumers would get next', async () => {
      await observer.rpush('q', 'last', 'next');
      assert.deepEqual(await pop({ queue: 'q' }), { messages: ['next'], outcome: 'popped', end: 'tail' });
      assert.deepEqual(await pop({ queue: 'q', end: 'head' }), {
        messages: ['last'],
        outcome: 'popped',
        end: 'head',
      });
      assert.equal(await observer.exists('q'), 0);
    });

    it('takes several, and says that the queue went empty on the way', async () => {
      await observer.rpush('q', 'c', 'b', 'a');
      assert.deepEqual(await pop({ queue: 'q', count: 2 }), {
        messages: ['a', 'b'],
        outcome: 'popped',
        end: 'tail',
      });
      assert.deepEqual(await pop({ queue: 'q', count: 2 }), {
        messages: ['c'],
        outcome: 'empty',
        end: 'tail',
      });
    });

    it('says that an empty queue is empty', async () => {
      assert.deepEqual(await pop({ queue: 'none' }), { messages: [], outcome: 'empty', end: 'tail' });
    });

    it('hands bytes over unchanged', async () => {
      await observer.rpush('q', binary);
      assert.deepEqual((await pop({ queue: 'q' })).messages, [{ base64: binary.toString('base64') }]);
    });

    it('says in its answer when the journal could not be told what became of the message', async () => {
      const { path } = await run<{ path: string }>('journal.show', {});
      await observer.rpush('q', 'unnoted-4711');
      await observer.call('CLIENT', 'PAUSE', '60000', 'WRITE');
      try {
        const popping = run<Popped & { warning?: Rejection }>('queue.pop', { confirmed: true, queue: 'q' });
        await until(60_000, 'The copy', async () =>
          (await readFile(path, 'utf8').catch(() => '')).includes('unnoted-4711') ? true : undefined,
        );
        await rm(path);
        await mkdir(path);
        await observer.call('CLIENT', 'UNPAUSE');
        const { messages, outcome, warning } = await popping;
        assert.deepEqual([messages, outcome, warning?.code], [['unnoted-4711'], 'popped', 'journal']);
        assert.match(String(warning?.message), /^What became of the message/);
      } finally {
        await observer.call('CLIENT', 'UNPAUSE');
        await rm(path, { recursive: true, force: true });
      }
    });

    it('keeps a copy of what it took until the journal is cleared', async () => {
      await observer.rpush('q', 'kept-in-journal-4711');
      await pop({ queue: 'q' });
      const { path } = await run<{ path: string }>('journal.show', {});
      assert.match(await readFile(path, 'utf8'), /kept-in-journal-4711/);
      assert.equal((await rejection('journal.clear', {})).code, 'confirmation');
      assert.match(await readFile(path, 'utf8'), /kept-in-journal-4711/);
      await run('journal.clear', { confirmed: true });
      const left = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        assert.equal(error.code, 'ENOENT');
        return '';
      });
      assert.doesNotMatch(left, /kept-in-journal-4711/);
    });
  });

  describe('message.open', () => {
    it('shows JSON laid out from its text, with no digit lost', async () => {
      await run('message.open', { message: '{"id":12345678901234567890,"id":1.0}', title: 'order' });
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      assert.equal(editor.document.languageId, 'json');
      assert.equal(editor.document.getText(), '{\n  "id": 12345678901234567890,\n  "id": 1.0\n}');
    });

    it('shows bytes that are no text as hex', async () => {
      await run('message.open', { message: { base64: binary.toString('base64') } });
      assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /ff 00 c3 28 {1,2}0a/);
    });
  });
});
