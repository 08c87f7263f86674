import assert from 'node:assert/strict';
import type { OpenConnection } from '../../src/core/connection';
import { ConnectionClients } from '../../src/host/connectionClients';
import { openConnection } from '../../src/redis/openConnection';

const endpoint = { host: '127.0.0.1', port: 1, db: 0 };

describe('the client of a connection', () => {
  it('is one for all who ask while it is being made', async () => {
    const clients = new ConnectionClients(
      async () => openConnection,
      async () => endpoint,
      () => undefined,
    );
    try {
      const [first, second] = await Promise.all([clients.get('a'), clients.get('a')]);
      assert.equal(first, second);
      assert.deepEqual([...clients.ids], ['a']);
    } finally {
      clients.dispose();
    }
  });

  for (const end of ['close', 'dispose'] as const) {
    it(`does not come alive where ${end} comes while it is being made`, async () => {
      let load: (open: OpenConnection) => void = () => undefined;
      const loaded = new Promise<OpenConnection>((resolve) => {
        load = resolve;
      });
      const clients = new ConnectionClients(
        () => loaded,
        async () => endpoint,
        () => undefined,
      );
      const asked = clients.get('a');
      clients[end]('a');
      load(() => assert.fail('a client was made'));
      await assert.rejects(asked, { code: 'unreachable' });
      assert.equal(clients.ids.size, 0);
    });
  }
});
