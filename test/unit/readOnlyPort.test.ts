import assert from 'node:assert/strict';
import type { CommandPort, RedisCommand } from '../../src/core/commandPort';
import { isFailure } from '../../src/core/failure';
import { ReadOnlyPort } from '../../src/core/readOnlyPort';

describe('read-only port', () => {
  const sent: RedisCommand[] = [];
  const inner: CommandPort = {
    send: async (command) => {
      sent.push(command);
      return 1;
    },
    sendAll: async (commands) => {
      sent.push(...commands);
      return commands.map(() => 1);
    },
  };
  const port = new ReadOnlyPort(inner);
  beforeEach(() => sent.splice(0));

  const reads: readonly RedisCommand[] = [
    ['LLEN', 'q'],
    ['lrange', 'q', 0, -1],
    ['SCAN', 0],
    ['PUBSUB', 'CHANNELS'],
    ['CLIENT', 'list'],
    ['XINFO', 'GROUPS', 's'],
  ];
  for (const command of reads) {
    it(`lets ${command.join(' ')} through`, async () => {
      assert.equal(await port.send(command), 1);
      assert.deepEqual(sent, [command]);
    });
  }

  const writes: readonly RedisCommand[] = [
    ['RPUSH', 'q', 'x'],
    ['lpop', 'q'],
    ['PUBLISH', 'c', 'x'],
    ['EVAL', 'return 1', 0],
    ['XADD', 's', '*', 'f', 'v'],
    ['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>'],
    ['CLIENT', 'KILL', 'TYPE', 'pubsub'],
    ['CONFIG', 'SET', 'maxmemory', '1'],
    ['FLUSHALL'],
    ['A.COMMAND.OF.TOMORROW'],
  ];
  for (const command of writes) {
    it(`refuses ${command.join(' ')} before it leaves, alone and among reads`, async () => {
      for (const attempt of [port.send(command), port.sendAll([['LLEN', 'q'], command])]) {
        const failure = await attempt.then(
          () => undefined,
          (error: unknown) => error,
        );
        assert.ok(isFailure(failure));
        assert.equal(failure.code, 'readOnly');
      }
      assert.deepEqual(sent, []);
    });
  }
});
