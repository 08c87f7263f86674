import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../launch/freePort';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections } from '../redis/connections';
import { FaultProxy } from './faultProxy';
import { refusal } from './refusal';

describe('address', () => {
  const connections = new Connections();
  let server: RedisServer;

  before(async () => {
    server = await startRedis({ args: ['--bind', '127.0.0.1', '-::1', '--unixsocket', 'redis.sock'] });
  });
  afterEach(() => connections.dispose());
  after(() => server.stop());

  /** Listens on a free loopback port while `use` runs. */
  async function listening(peer: Server, use: (port: number) => Promise<void>): Promise<void> {
    const sockets = new Set<Socket>();
    peer.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    });
    peer.listen(0, '127.0.0.1');
    await once(peer, 'listening');
    try {
      await use((peer.address() as AddressInfo).port);
    } finally {
      connections.dispose();
      for (const socket of sockets) socket.destroy();
      peer.close();
      await once(peer, 'close');
    }
  }

  it('of a web server is no Redis', async () => {
    const web = createHttpServer((_, response) => response.end('Hello'));
    await listening(web, async (port) => {
      const failure = await refusal(connections, port);
      assert.equal(failure.code, 'notRedis');
      assert.match(failure.message, /^What listens at 127\.0\.0\.1:\d+\/0 is not a Redis server\.$/);
      assert.match(failure.hint, /address and port/);
    });
  });

  it('of a server that greets first is no Redis', async () => {
    const mail = createServer((socket) => socket.write('220 mail.example ESMTP\r\n'));
    await listening(mail, async (port) => {
      assert.equal((await refusal(connections, port)).code, 'notRedis');
    });
  });

  it('where nobody says a word is given up', async () => {
    const silent = createServer((socket) => socket.resume());
    await listening(silent, async (port) => {
      const failure = await refusal(connections, port);
      assert.equal(failure.code, 'timeout');
      assert.match(failure.message, /accepts connections but does not answer/);
      assert.match(failure.hint, /Redis server listens there and is not frozen/);
    });
  });

  it('where nothing listens says so', async () => {
    const failure = await refusal(connections, await freePort());
    assert.equal(failure.code, 'unreachable');
    assert.match(failure.message, /^Nothing listens at 127\.0\.0\.1:\d+\/0\.$/);
    assert.match(failure.hint, /Start the server, or check address and port/);
  });

  it('where connections are reset says so, with what TLS has to do with it', async () => {
    const proxy = await FaultProxy.start(server.port);
    try {
      proxy.refuse();
      const failure = await refusal(connections, proxy.port);
      assert.equal(failure.code, 'unreachable');
      assert.match(failure.message, /(cut|closed) the connection/);
      assert.match(failure.hint, /rediss:\/\//);
    } finally {
      await proxy.stop();
    }
  });

  it('with an unknown host says so', async () => {
    const failure = await refusal(connections, 6379, { host: 'no-such-host.invalid' });
    assert.equal(failure.code, 'unreachable');
    assert.match(failure.message, /no-such-host\.invalid:6379\/0 (is unknown|could not be looked up)/);
    assert.match(failure.hint, /spelling of the host name|name server/);
  });

  it('is also one of IPv6, and says so where this machine has none', async () => {
    const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
      all?.some(({ address }) => address === '::1'),
    );
    if (hasIPv6) {
      const connection = await connections.connect(server.port, { host: '::1' });
      assert.equal(String(await connection.send(['PING'])), 'PONG');
    }
    const failure = await refusal(connections, await freePort(), { host: '::1' });
    assert.equal(failure.code, 'unreachable');
    const says = hasIPv6
      ? /^Nothing listens at \[::1\]:\d+\/0\.$/
      : /^There is no way to \[::1\]:\d+\/0 through the network\.$/;
    assert.match(failure.message, says);
  });

  it('is also a unix socket', async () => {
    const path = join(server.folder, 'redis.sock');
    const connection = await connections.connect(0, { path, db: 2 });
    assert.equal(String(await connection.send(['PING'])), 'PONG');
  });

  it('of a unix socket that is missing says so', async () => {
    const failure = await refusal(connections, 0, { path: join(server.folder, 'none.sock') });
    assert.equal(failure.code, 'unreachable');
    assert.match(failure.message, /^There is no socket at .*none\.sock\/0\.$/);
    assert.match(failure.hint, /"unixsocket"/);
  });

  it('of a file that is no socket, and of a socket without a server, says so', async () => {
    const path = join(server.folder, 'plain.txt');
    await writeFile(path, '');
    const failure = await refusal(connections, 0, { path });
    assert.equal(failure.code, 'unreachable');
    assert.match(failure.message, /^Nothing listens at .*plain\.txt\/0\.$/);
  });

  it('of a server that is full says why', async () => {
    const full = await startRedis({ args: ['--maxclients', '1'] });
    const only = new Redis({ host: full.host, port: full.port });
    try {
      await only.ping();
      const failure = await refusal(connections, full.port);
      assert.equal(failure.code, 'unreachable');
      assert.equal(failure.message, 'The server takes no more clients.');
      assert.match(failure.hint, /"maxclients"/);
    } finally {
      connections.dispose();
      only.disconnect();
      await full.stop();
    }
  });

  it('with a database that the server has not says so, instead of using another', async () => {
    const failure = await refusal(connections, server.port, { db: 99, password: '' });
    assert.equal(failure.code, 'argument');
    assert.match(failure.message, /no database with that number/);
    assert.match(failure.hint, /"databases"/);
  });
});
