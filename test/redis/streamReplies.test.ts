import assert from 'node:assert/strict';
import { list } from '../../src/core/redisReply';
import { FaultProxy } from '../faults/faultProxy';
import { useScripts } from './scriptBed';
import { runBuiltIn } from './scriptPartner';

const oneNil = Buffer.from('*1\r\n_\r\n');
const drain = { workMs: 0, drain: true, claimIdleMs: 500 };

describe('The built-in stream consumer, when replies are lost or those of Redis 6', () => {
  const bed = useScripts();

  /** Runs it until it has drained a stream in which somebody left an entry. @returns what it has printed, and the entry's id */
  async function afterLeftEntry(
    prepare: (proxy: FaultProxy) => void,
    options: Readonly<Record<string, unknown>> = drain,
  ): Promise<{ output: string; id: string }> {
    const { port, redis } = bed();
    const id = String(await port.send(['XADD', 's', '*', 'message', 'left']));
    await port.send(['XGROUP', 'CREATE', 's', 'workers', '0']);
    await port.send(['XREADGROUP', 'GROUP', 'workers', 'gone', 'STREAMS', 's', '>']);
    await port.send(['XCLAIM', 's', 'workers', 'gone', 0, id, 'IDLE', 60_000]);
    const proxy = await FaultProxy.start(redis.port);
    try {
      prepare(proxy);
      const through = { redis: { host: '127.0.0.1', port: proxy.port } };
      const output = await runBuiltIn(through, 'streamConsumer', 's', options);
      const [pending] = list(await port.send(['XPENDING', 's', 'workers']));
      assert.equal(Number(pending), 0);
      return { output, id };
    } finally {
      await proxy.stop();
    }
  }

  it('without XAUTOCLAIM it acknowledges what it claims and what is deleted', async () => {
    const { output, id } = await afterLeftEntry((proxy) => {
      const unknown = Buffer.from("-ERR unknown command 'XAUTOCLAIM'\r\n");
      void proxy.rewriteReply('xautoclaim', unknown).then(() => proxy.rewriteReply('xclaim', oneNil));
    });
    assert.match(output, /this server has no XAUTOCLAIM/);
    assert.ok(
      output.includes(`${id}  claimed, it had been left · was deleted from the stream: acknowledged`),
    );
  });

  it('names the entry of which it is unknown whether it was buried', async () => {
    const options = { ...drain, retries: 0 };
    const { output, id } = await afterLeftEntry((proxy) => void proxy.dropReply("'xadd', KEYS[2]"), options);
    assert.ok(output.includes(`outcome unknown: ${id}  message=left may be in s:dead`), output);
    assert.equal(Number(await bed().port.send(['XLEN', 's:dead'])), 1);
  });

  it('looks among its own where XAUTOCLAIM does not tell what was deleted', async () => {
    const { output } = await afterLeftEntry((proxy) => {
      const unnamed = Buffer.concat([Buffer.from('*2\r\n$3\r\n0-0\r\n'), oneNil]);
      void proxy.rewriteReply('xautoclaim', unnamed);
    });
    assert.match(output, /message=left .*had it before[\s\S]*1 processed/);
  });
});
