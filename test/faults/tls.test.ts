import assert from 'node:assert/strict';
import { Ring } from '../../src/core/ring';
import type { EndpointTls } from '../../src/protocol/endpoint';
import { Subscriber } from '../../src/redis/subscriber';
import { until } from '../launch/limits';
import { startRedis } from '../launch/redisServer';
import { Connections } from '../redis/connections';
import { authority, certificates, key } from '../redis/testCertificates';
import { startTlsRedis, type TlsRedis, type TlsRedisOptions } from '../redis/tlsRedis';
import { FaultProxy } from './faultProxy';
import { refusal } from './refusal';

describe('TLS', () => {
  const connections = new Connections();
  const servers = new Map<string, TlsRedis>();

  afterEach(() => connections.dispose());
  after(async () => {
    for (const server of servers.values()) await server.stop();
  });

  /** One server of each kind for all tests. */
  async function serverWith(options: TlsRedisOptions): Promise<TlsRedis> {
    const name = JSON.stringify(options);
    const server = servers.get(name) ?? (await startTlsRedis(options));
    servers.set(name, server);
    return server;
  }

  async function comesAbout(port: number, tls: EndpointTls, host = '127.0.0.1'): Promise<void> {
    const connection = await connections.connect(port, { host, tls });
    assert.equal(String(await connection.send(['PING'])), 'PONG');
  }

  it('comes about with a certificate of an authority that is named', async () => {
    const { tlsPort } = await serverWith({ certificate: 'good' });
    await comesAbout(tlsPort, { ca: authority });
    await comesAbout(tlsPort, { ca: authority }, 'localhost');
  });

  it('comes about with a self-signed certificate that is named', async () => {
    const { tlsPort } = await serverWith({ certificate: 'selfSigned' });
    await comesAbout(tlsPort, { ca: certificates.selfSigned });
  });

  it('comes about with the server name of the certificate, whatever the address', async () => {
    const { tlsPort } = await serverWith({ certificate: 'wrongName' });
    await comesAbout(tlsPort, { ca: authority, servername: 'other.example' });
  });

  it('comes about with a certificate of ours where one is asked for', async () => {
    const { tlsPort } = await serverWith({ certificate: 'good', clientCertificates: 'yes' });
    await comesAbout(tlsPort, { ca: authority, cert: certificates.client, key });
  });

  const rows: readonly (readonly [
    what: string,
    server: TlsRedisOptions,
    tls: EndpointTls,
    message: RegExp,
    hint: RegExp,
  ])[] = [
    [
      'is self-signed',
      { certificate: 'selfSigned' },
      {},
      /^The certificate of 127\.0\.0\.1:\d+\/0 is self-signed and not trusted\.$/,
      /certificate authority.*\(tls\.ca\)/,
    ],
    [
      'is of an authority that nobody named',
      { certificate: 'good' },
      {},
      /^The certificate of 127\.0\.0\.1:\d+\/0 was issued by an authority that is not known here\.$/,
      /certificate authority.*\(tls\.ca\)/,
    ],
    [
      'is of another authority than the one that is named',
      { certificate: 'good' },
      { ca: certificates.selfSigned },
      /authority that is not known here/,
      /\(tls\.ca\)/,
    ],
    [
      'is for another name',
      { certificate: 'wrongName' },
      { ca: authority },
      /is for another name/,
      /\(tls\.servername\)/,
    ],
    [
      'has expired',
      { certificate: 'expired' },
      { ca: authority },
      /certificate of .* has expired/,
      /Renew it/,
    ],
  ];
  for (const [what, server, tls, message, hint] of rows) {
    it(`is refused, and never insecure, where the certificate ${what}`, async () => {
      const { tlsPort } = await serverWith(server);
      const failure = await refusal(connections, tlsPort, { tls });
      assert.match(failure.message, message);
      assert.match(failure.hint, hint);
      assert.equal(failure.code, 'unreachable');
    });
  }

  it('is refused where the server name that is given is not in the certificate', async () => {
    const { tlsPort } = await serverWith({ certificate: 'good' });
    const failure = await refusal(connections, tlsPort, {
      tls: { ca: authority, servername: 'other.example' },
    });
    assert.match(failure.message, /is for another name/);
  });

  it('is verified, whatever the environment of the editor says', async () => {
    const { tlsPort } = await serverWith({ certificate: 'selfSigned' });
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const failure = await refusal(connections, tlsPort, { tls: {} });
      assert.match(failure.message, /is self-signed and not trusted/);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it('says that the server asks for a certificate of ours', async () => {
    const { tlsPort } = await serverWith({ certificate: 'good', clientCertificates: 'yes' });
    const failure = await refusal(connections, tlsPort, { tls: { ca: authority } });
    assert.equal(failure.code, 'unreachable');
    assert.match(failure.message, /asks for a client certificate/);
    assert.match(failure.hint, /\(tls\.cert, tls\.key\)/);
  });

  it('says that a certificate of ours is of an authority that the server does not trust', async () => {
    const { tlsPort } = await serverWith({ certificate: 'good', clientCertificates: 'yes' });
    const failure = await refusal(connections, tlsPort, {
      tls: { ca: authority, cert: certificates.selfSigned, key },
    });
    assert.match(failure.message, /refused the client certificate/);
    assert.match(failure.hint, /tls-ca-cert-file/);
  });

  for (const [what, broken] of [
    ['certificate that is none', { cert: 'no certificate', key }],
    ['key that is none', { cert: certificates.client, key: 'no key' }],
    ['key of another certificate', { cert: authority, key }],
  ] as const) {
    it(`says that a ${what} cannot be used`, async () => {
      const { tlsPort } = await serverWith({ certificate: 'good' });
      const failure = await refusal(connections, tlsPort, { tls: { ca: authority, ...broken } });
      assert.equal(failure.code, 'argument');
      assert.match(failure.message, /certificate or its key cannot be used/);
      assert.match(failure.hint, /PEM/);
    });
  }

  it('says that a plain port does not speak it', async () => {
    const { port } = await serverWith({ certificate: 'good' });
    const failure = await refusal(connections, port, { tls: { ca: authority } });
    assert.match(failure.message, /^127\.0\.0\.1:\d+\/0 does not speak TLS\.$/);
    assert.match(failure.hint, /redis:\/\/ address/);
    assert.equal(failure.about, 'encryption');
  });

  it('says so also of a plain port that asks for a password', async () => {
    const locked = await startRedis({ args: ['--requirepass', 'other'] });
    try {
      const failure = await refusal(connections, locked.port, { tls: { ca: authority } });
      assert.match(failure.message, /does not speak TLS/);
    } finally {
      await locked.stop();
    }
  });

  it('says so of a traffic panel’s own connection, too', async () => {
    const { port } = await serverWith({ certificate: 'good' });
    const ring = new Ring({ bytes: 1_048_576, messages: 1_000 });
    const subscriber = new Subscriber({
      endpoint: { host: '127.0.0.1', port, db: 0, tls: { ca: authority } },
      clientName: 'test',
      ring,
      onChange: () => undefined,
      log: () => undefined,
    });
    try {
      const sources = [ring.source('message', Buffer.from('a'))];
      subscriber.hold(sources);
      const cause = await until(15_000, 'The cause', () => subscriber.state(sources).cause);
      assert.match(cause.message, /^127\.0\.0\.1:\d+\/0 does not speak TLS\.$/);
    } finally {
      subscriber.dispose();
    }
  });

  it('comes about with a server that is slow to shake hands', async () => {
    const { tlsPort } = await serverWith({ certificate: 'good' });
    const proxy = await FaultProxy.start(tlsPort);
    try {
      // Beyond the time after which it is asked whether the port speaks TLS at all.
      proxy.delay(1_800);
      const connection = await connections.connect(proxy.port, { tls: { ca: authority } });
      assert.equal(String(await connection.send(['PING'])), 'PONG');
    } finally {
      await proxy.stop();
    }
  });

  it('says that a port may ask for it, to who comes without', async () => {
    const { tlsPort } = await serverWith({ certificate: 'good' });
    const failure = await refusal(connections, tlsPort);
    assert.match(failure.message, /closed the connection|cut the connection/);
    assert.match(failure.hint, /TLS.*rediss:\/\//);
  });
});
