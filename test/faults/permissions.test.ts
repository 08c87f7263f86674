import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { Catalog } from '../../src/core/catalog';
import { discover, listDatabases, refreshCounts } from '../../src/core/catalogRefresh';
import { publish } from '../../src/core/channel';
import type { Connection } from '../../src/core/connection';
import type { Failure } from '../../src/core/failure';
import { peek, push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { serverInfo } from '../../src/core/serverInfo';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';
import { secret } from './refusal';

const queue = Buffer.from('orders');
const news = Buffer.from('news');
const message = Buffer.from('x');

describe('user who may not', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
  });
  beforeEach(() => redis.flushall());
  afterEach(() => connections.dispose());
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  async function user(...rules: string[]): Promise<Connection> {
    await redis.call('ACL', 'SETUSER', 'limited', 'reset', 'on', `>${secret}`, '~*', '&*', '+@all', ...rules);
    return connections.connect(server.port, { username: 'limited', password: secret });
  }

  /** What everybody may here who may use the queue. */
  async function queueWorks(port: Connection): Promise<void> {
    assert.equal(await push(port, queue, [message], 'tail'), 1);
    assert.equal((await peek(port, queue, 'head')).length, 1);
    const popped = await safePop(port, new MemoryJournal(), 'local', queue, 'head');
    assert.deepEqual([popped.messages.length, popped.outcome], [1, 'popped']);
    assert.equal(await redis.llen('orders'), 0);
  }

  async function searchProblem(port: Connection): Promise<Failure | undefined> {
    const catalog = new Catalog();
    const { signal } = new AbortController();
    await discover(port, catalog, { limit: 9, signal, onProgress: () => undefined, now: Date.now });
    return catalog.discovery.problem;
  }

  async function channelProblem(port: Connection): Promise<Failure | undefined> {
    const catalog = new Catalog();
    await refreshCounts(port, catalog, { queues: [], streams: [] }, Date.now);
    return catalog.channelProblem;
  }

  for (const rules of [
    ['-info'],
    ['-ping'],
    ['-client'],
    ['-hello'],
    ['-info', '-ping', '-client', '-hello'],
  ]) {
    it(`use ${rules.map((rule) => rule.slice(1).toUpperCase()).join(', ')} connects all the same`, async () => {
      const port = await user(...rules);
      assert.equal(port.state.kind, 'ready');
      await queueWorks(port);
      assert.equal(await searchProblem(port), undefined);
      assert.equal(await channelProblem(port), undefined);
      assert.deepEqual(await publish(port, news, [message]), { receivers: 0 });
    });
  }

  it('use INFO is told nothing of the server, and that is all', async () => {
    const port = await user('-info');
    assert.deepEqual(await listDatabases(port), []);
    const { version, mode, role } = await serverInfo(port, Date.now);
    assert.deepEqual([version, mode, role], ['', '', '']);
  });

  const rows: readonly (readonly [
    what: string,
    rules: string[],
    use: (port: Connection) => Promise<Failure | undefined>,
    message: RegExp,
    hint: RegExp,
  ])[] = [
    ['SCAN', ['-scan'], searchProblem, /^The user may not run SCAN\.$/, /ACL SETUSER <user> \+scan/],
    ['PUBSUB', ['-pubsub'], channelProblem, /^The user may not run PUBSUB\.$/, /\+pubsub/],
    [
      'PUBLISH',
      ['-publish'],
      (port) => failureOf(publish(port, news, [message])),
      /^The user may not run PUBLISH\.$/,
      /\+publish/,
    ],
    [
      'a channel',
      ['resetchannels', '&other.*'],
      (port) => failureOf(publish(port, news, [message])),
      /^PUBLISH was refused: the user may not use that channel\.$/,
      /ACL SETUSER <user> &</,
    ],
    [
      'XADD',
      ['-xadd'],
      (port) => failureOf(port.send(['XADD', 'events', '*', 'field', 'value'])),
      /^The user may not run XADD\.$/,
      /\+xadd/,
    ],
  ];
  for (const [what, rules, use, sentence, hint] of rows) {
    it(`use ${what} is told so, and goes on with the queue`, async () => {
      const port = await user(...rules);
      const failure = await use(port);
      assert.equal(failure?.code, 'permission');
      assert.match(failure?.message ?? '', sentence);
      assert.match(failure?.hint ?? '', hint);
      await queueWorks(port);
    });
  }

  it('use EVAL pops without the check, which the result says', async () => {
    const port = await user('-eval');
    await queueWorks(port);
    await redis.rpush('orders', 'a');
    const popped = await safePop(port, new MemoryJournal(), 'local', queue, 'head');
    assert.equal(popped.unchecked, true);
  });

  it('use a queue is told so, and neither adds nor takes', async () => {
    await redis.rpush('orders', 'a');
    const port = await user('resetkeys', '~other:*');
    const journal = new MemoryJournal();
    for (const sent of [
      push(port, queue, [message], 'tail'),
      peek(port, queue, 'head'),
      safePop(port, journal, 'local', queue, 'head'),
    ]) {
      const failure = await failureOf(sent);
      assert.equal(failure.code, 'permission');
      assert.match(failure.message, /was refused: the user may not use that key\.$/);
      assert.match(failure.hint, /ACL SETUSER <user> ~</);
    }
    assert.deepEqual(journal.lines, []);
    assert.deepEqual(await redis.lrange('orders', 0, -1), ['a']);
  });

  it('use a queue any longer is told so although the connection stays', async () => {
    const port = await user();
    await queueWorks(port);
    await redis.call('ACL', 'SETUSER', 'limited', '-rpush');
    const failure = await failureOf(push(port, queue, [message], 'tail'));
    assert.match(failure.message, /^The user may not run RPUSH\.$/);
    assert.equal(port.state.kind, 'ready');
    assert.equal(await redis.llen('orders'), 0);
  });
});
