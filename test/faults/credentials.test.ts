import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { Endpoint } from '../../src/protocol/endpoint';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf, stateOf } from '../redis/connections';
import { refusal, secret, tellsNoSecret } from './refusal';

describe('user name and password', () => {
  const connections = new Connections();
  const adminPassword = 'of the administrator';
  let server: RedisServer;
  let admin: Redis;

  before(async () => {
    server = await startRedis({ args: ['--requirepass', adminPassword] });
    admin = new Redis({ host: server.host, port: server.port, password: adminPassword });
  });
  afterEach(() => connections.dispose());
  after(async () => {
    admin.disconnect();
    await server.stop();
  });

  async function user(name: string, ...rules: string[]): Promise<Partial<Endpoint>> {
    await admin.call('ACL', 'SETUSER', name, 'reset', 'on', `>${secret}`, '~*', '&*', '+@all', ...rules);
    return { username: name, password: secret };
  }

  /** How often the server refused a password so far. */
  async function refusals(): Promise<number> {
    return Number(/acl_access_denied_auth:(\d+)/.exec(await admin.info('stats'))?.[1] ?? Number.NaN);
  }

  const rows: readonly (readonly [
    what: string,
    endpoint: Partial<Endpoint>,
    message: RegExp,
    hint: RegExp,
  ])[] = [
    ['none is given', { password: '' }, /^The server asks for a password\.$/, /enter user name and password/],
    [
      'it is wrong, and another database is wanted',
      { db: 2 },
      /^The server refused user name or password\.$/,
      /enter them again/,
    ],
    ['it is wrong', {}, /^The server refused user name or password\.$/, /enter them again/],
    [
      'it is that of no user',
      { username: 'nobody' },
      /^The server refused user name or password\.$/,
      /ACL GETUSER/,
    ],
  ];
  for (const [what, endpoint, message, hint] of rows) {
    it(`are asked for where ${what}`, async () => {
      const failure = await refusal(connections, server.port, endpoint);
      assert.equal(failure.code, 'authentication');
      assert.match(failure.message, message);
      assert.match(failure.hint, hint);
    });
  }

  it('are refused where the user is disabled', async () => {
    const disabled = await user('asleep', 'off');
    const failure = await refusal(connections, server.port, disabled);
    assert.equal(failure.code, 'authentication');
    assert.match(failure.hint, /enabled/);
  });

  it('are not needed by a server without any, which says so', async () => {
    const open = await startRedis();
    try {
      const failure = await refusal(connections, open.port, { username: 'somebody' });
      assert.equal(failure.code, 'authentication');
    } finally {
      connections.dispose();
      await open.stop();
    }
  });

  it('end all attempts when they change while connected', async () => {
    const connection = await connections.connect(server.port, await user('app'));
    await admin.call('ACL', 'SETUSER', 'app', 'resetpass', '>another');
    await admin.call('CLIENT', 'KILL', 'USER', 'app');
    const state = await stateOf(connection, 'failed');
    assert.ok(state.kind === 'failed');
    assert.equal(state.cause.code, 'authentication');
    assert.match(state.cause.message, /refused user name or password/);
    tellsNoSecret(state);
    const before = await refusals();
    const since = Date.now();
    await until(5_000, 'Three delays', () => (Date.now() - since > 700 ? true : undefined));
    assert.equal(await refusals(), before);
    const unsent = await failureOf(connection.send(['RPUSH', 'list', 'x']));
    assert.deepEqual([unsent.code, unsent.message], ['unreachable', state.cause.message]);
    tellsNoSecret(unsent);
  });

  it('stand in no failure of a command either', async () => {
    const connection = await connections.connect(server.port, await user('writer'));
    tellsNoSecret(await failureOf(connection.send(['AUTH', 'writer', secret, 'too', 'many'])));
    tellsNoSecret(await failureOf(connection.send(['NOSUCH', secret])));
    tellsNoSecret(await failureOf(connection.send(['CONFIG', 'SET', 'nosuch', secret])));
    tellsNoSecret(await failureOf(connection.send(['ACL', 'SETUSER', 'x', `nonsense${secret}`])));
  });
});
