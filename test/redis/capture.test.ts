import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { noFilter } from '../../src/core/trafficFilter';
import type { Endpoint } from '../../src/protocol/endpoint';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { SeededRandom } from '../unit/capture/seededRandom';
import { CaptureClient } from './captureClient';
import { authority } from './testCertificates';
import { startTlsRedis } from './tlsRedis';

describe('capture thread', () => {
  let server: RedisServer;
  let redis: Redis;
  let capture: CaptureClient;
  let endpoint: Endpoint;
  const lastErrors: string[] = [];

  beforeEach(async () => {
    server = await startRedis();
    redis = client();
    capture = new CaptureClient();
    endpoint = { host: server.host, port: server.port, db: 0 };
  });

  afterEach(async () => {
    await capture.dispose();
    redis.disconnect();
    await server.stop();
  });

  function client(): Redis {
    const made = new Redis({ host: server.host, port: server.port });
    // Some tests take the server away from under it.
    made.on('error', (error: Error) => lastErrors.push(error.message));
    return made;
  }

  /** Publishes `count` numbered messages in one go. */
  async function publish(channel: string, count: number, from = 0): Promise<void> {
    const pipeline = redis.pipeline();
    for (let at = 0; at < count; at++) pipeline.publish(channel, `${from + at}`);
    await pipeline.exec();
  }

  async function subscribers(channel: string): Promise<unknown> {
    const answer = await redis.pubsub('NUMSUB', channel);
    return answer[1];
  }

  it('takes 10,000 messages in order and shows the newest', async () => {
    await capture.openLive('p', endpoint, { channels: ['orders'] });
    await publish('orders', 10_000);
    const frame = await capture.frame('p', '10,000 messages', (one) => one.counts.received === 10_000);
    const { kept, evicted, receivedBytes, matching } = frame.counts;
    assert.deepEqual(
      { kept, evicted, receivedBytes, matching },
      { kept: 10_000, evicted: 0, receivedBytes: 38_890, matching: 10_000 },
    );
    assert.deepEqual(
      frame.rows.map((row) => row.kind === 'message' && row.preview),
      Array.from({ length: 20 }, (_, at) => `${9_980 + at}`),
    );
    capture.want('p', 5_000, 3);
    const older = await capture.frame('p', 'older rows', (one) => one.start === 5_000);
    assert.deepEqual(
      older.rows.map((row) => row.kind === 'message' && row.preview),
      ['5000', '5001', '5002'],
    );
    const rated = await capture.frame('p', 'rates', (one) => one.messagesPerSecond > 0);
    assert.equal(rated.channels[0]?.name, 'orders');
    assert.equal(rated.channels[0]?.total, 10_000);
  });

  it('has one frame in flight, and sends none while nothing changes', async () => {
    await capture.openLive('p', endpoint, { channels: ['a'] });
    await capture.frame('p', 'the state', (one) => one.state.kind === 'live');
    const quiet = capture.frames('p').length;
    const since = Date.now();
    await until(5_000, 'Two seconds of the meter', () => (Date.now() - since > 2_200 ? true : undefined));
    assert.equal(capture.frames('p').length, quiet);
    await publish('a', 1);
    await capture.frame('p', 'a rate', (one) => one.messagesPerSecond > 0 && one.trends?.all.at(-1) === 1);
    await capture.frame('p', 'a rate that is 0 again', (one) => one.messagesPerSecond === 0);
    const last = await capture.frame('p', 'the trend going on', (one) => (one.trends?.all.length ?? 0) > 2);
    assert.deepEqual(last.trends?.channels, [last.trends?.all]);
    const numbers = capture.frames('p').map((one) => one.frame);
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1),
    );
  });

  it('says what is wrong with a filter and keeps the one before', async () => {
    await capture.openLive('p', endpoint, { channels: ['a'] });
    await publish('a', 20);
    capture.view('p', { kind: 'filter', filter: { ...noFilter, text: '/^1\\d$/' } });
    await capture.frame('p', 'ten matches', (one) => one.counts.matching === 10);
    capture.view('p', { kind: 'filter', filter: { ...noFilter, text: '/(/' } });
    const { filter, problem, counts } = await capture.frame(
      'p',
      'a problem',
      (one) => one.problem !== undefined,
    );
    assert.deepEqual([filter.text, problem?.text, counts.matching], ['/^1\\d$/', '/(/', 10]);
    assert.match(problem?.message ?? '', /cannot be read/);
    capture.view('p', { kind: 'filter', filter: { ...noFilter, text: '/(/', hidden: ['a'] } });
    await capture.frame('p', 'nothing but the problem', (one) => one.counts.matching === 0);
    capture.view('p', { kind: 'filter', filter: { ...noFilter, text: '9', mode: 'find' } });
    const marked = await capture.frame('p', 'two marked', (one) => one.counts.matching === 2);
    assert.equal(marked.problem, undefined);
    assert.equal(marked.end - marked.first, 20);
    capture.view('p', { kind: 'beside', ordinal: marked.end, direction: -1 });
    const place = await capture.place('p');
    assert.deepEqual(place, { kind: 'place', generation: marked.generation, ordinal: marked.end - 1 });
  });

  it('delivers binary payloads and names unchanged', async () => {
    const payload = Buffer.from(Array.from({ length: 2_560 }, (_, at) => at % 256));
    const channel = Buffer.from([0, 255, 13, 10, 36]);
    await capture.openLive('p', endpoint, {
      channels: [{ base64: channel.toString('base64') }],
      patterns: ['a*'],
    });
    await redis.publish(channel as unknown as string, payload);
    await redis.publish('abc', '');
    const frame = await capture.frame('p', 'both messages', (one) => one.counts.received === 2);
    const [binary, empty] = frame.rows;
    assert.equal(empty?.kind === 'message' && empty.pattern, 'a*');
    const message = await capture.message('p', binary?.seq ?? -1);
    assert.ok(Buffer.from(message.bytes).equals(payload));
    assert.ok(Buffer.from(message.channel).equals(channel));
    assert.equal(message.size, payload.length);
    assert.equal((await capture.message('p', 99)).found, false);
  });

  it('takes messages of many megabytes', async () => {
    await capture.openLive('p', endpoint, { channels: ['big'] });
    const payload = Buffer.alloc(10_000_000, 'x');
    for (let count = 0; count < 3; count++) await redis.publish('big', payload);
    const frame = await capture.frame('p', 'three messages', (one) => one.counts.received === 3);
    assert.equal(frame.counts.cut, 0);
    const message = await capture.message('p', frame.rows[1]?.seq ?? -1);
    assert.ok(payload.equals(message.bytes));
  });

  it('marks the time in which the subscriber was cut off, and is back', async () => {
    await capture.openLive('p', endpoint, { channels: ['a'] });
    await publish('a', 100);
    await capture.frame('p', '100 messages', (one) => one.counts.received === 100);
    const killedAt = Date.now();
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await publish('a', 10, 100);
    await capture.state('p', 'reconnecting');
    await capture.state('p', 'live');
    const liveAt = Date.now();
    await publish('a', 5, 200);
    const frame = await capture.frame('p', 'messages after the cut', (one) => one.counts.received === 105);
    const gap = frame.rows.at(-6);
    assert.ok(gap?.kind === 'gap' && gap.to !== undefined);
    assert.ok(
      gap.from <= killedAt && gap.to > killedAt && gap.to <= liveAt,
      JSON.stringify({ gap, killedAt, liveAt }),
    );
    assert.match(gap.reason, /closed the connection/);
    assert.equal(frame.counts.gaps, 1);
  });

  it('comes back when the server was killed and started again', async () => {
    await capture.openLive('p', endpoint, { channels: ['a'] });
    await server.stop();
    const down = await until(30_000, 'The refusal', () => {
      const state = capture.states('p').at(-1);
      return state?.kind === 'reconnecting' && /Nothing listens/.test(state.detail) ? state : undefined;
    });
    assert.notEqual(down.hint, '');
    server = await startRedis({ port: endpoint.port });
    await capture.state('p', 'live');
    const frame = await capture.frame('p', 'the gap', (one) =>
      one.rows.some((row) => row.kind === 'gap' && row.to !== undefined),
    );
    assert.equal(frame.counts.gaps, 1);
  });

  it('never shows a subscription as live that the server refused', async () => {
    await redis.acl('SETUSER', 'watcher', 'on', '>secret', '+@all', 'allchannels');
    const user = { ...endpoint, username: 'watcher', password: 'secret' };
    await capture.openLive('p', user, { channels: ['a'] });
    await redis.acl('SETUSER', 'watcher', 'resetchannels', '&b');
    const state = await capture.state('p', 'refused');
    assert.match(state.detail, /SUBSCRIBE was refused/);
    assert.match(state.hint, /ACL SETUSER/);
    // Another panel, with a channel that is allowed, is live beside it.
    await capture.openLive('q', user, { channels: ['b'] });
    assert.equal(capture.states('p').at(-1)?.kind, 'refused');
    await redis.acl('SETUSER', 'watcher', '&a');
    await capture.state('p', 'live');
    await publish('a', 1);
    const frame = await capture.frame('p', 'a message', (one) => one.counts.received === 1);
    const gap = frame.rows.find((row) => row.kind === 'gap');
    assert.ok(gap?.kind === 'gap' && gap.to !== undefined);
  });

  it('stops at a wrong password, and tries again when told so', async () => {
    await redis.acl('SETUSER', 'watcher', 'on', '>right', '+@all', 'allchannels');
    const wrong = { ...endpoint, username: 'watcher', password: 'not it' };
    capture.open('p', wrong, { channels: ['a'] });
    const state = await capture.state('p', 'failed');
    assert.match(state.detail, /user name or password/);
    assert.equal(JSON.stringify([state, capture.logs]).includes('not it'), false);
    await capture.openLive('p', { ...wrong, password: 'right' }, { channels: ['a'] });
  });

  it('asks for a password where the server wants one', async () => {
    await redis.acl('SETUSER', 'default', '>secret');
    capture.open('p', endpoint, { channels: ['a'] });
    const state = await capture.state('p', 'failed');
    assert.match(state.detail, /asks for a password/);
  });

  it('shares one subscriber among the panels of a connection, and unsubscribes what none holds', async () => {
    await capture.openLive('p', endpoint, { channels: ['a', 'b'] });
    await capture.openLive('q', endpoint, { channels: ['b', 'c'] });
    const clients = String(await redis.client('LIST', 'TYPE', 'PUBSUB'))
      .trim()
      .split('\n');
    assert.equal(clients.length, 1);
    assert.match(clients[0] ?? '', /name=redis-messaging-traffic .* sub=3 /);
    for (const channel of ['a', 'b', 'c']) await publish(channel, 10);
    await capture.frame(
      'p',
      '20 messages',
      (one) => one.counts.received === 20 && one.counts.matching === 20,
    );
    await capture.frame(
      'q',
      '20 messages',
      (one) => one.counts.received === 20 && one.counts.matching === 20,
    );
    capture.send({ kind: 'unwatch', panel: 'p' });
    await until(30_000, 'Unsubscribing', async () => ((await subscribers('a')) === 0 ? true : undefined));
    assert.deepEqual([await subscribers('b'), await subscribers('c')], [1, 1]);
    capture.send({ kind: 'unwatch', panel: 'q' });
    await until(30_000, 'Closing', async () => {
      return String(await redis.client('LIST', 'TYPE', 'PUBSUB')).trim() === '' ? true : undefined;
    });
    assert.equal(await subscribers('c'), 0);
  });

  it('holds exactly what its panels want, in whatever order they open and close', async () => {
    const random = new SeededRandom(7);
    const channels = ['a', 'b', 'c', 'd'];
    const patterns = ['a*', '?'];
    const chosen = (names: readonly string[]) => names.filter(() => random.below(2) === 0);
    const open = new Map<string, { channels: string[]; patterns: string[] }>();
    const wanted = (channel: string) => [...open.values()].some((panel) => panel.channels.includes(channel));
    for (let round = 0; round < 40; round++) {
      // Several at once, so that what one lets go is wanted by another before the server has confirmed it.
      for (let change = 0; change < 3; change++) {
        const panel = `p${random.below(4)}`;
        if (open.delete(panel)) {
          capture.send({ kind: 'unwatch', panel });
        } else {
          const names = { channels: [...chosen(channels), `${panel} alone`], patterns: chosen(patterns) };
          open.set(panel, names);
          capture.open(panel, endpoint, names);
        }
      }
      for (const panel of open.keys()) await capture.state(panel, 'live');
      await until(30_000, `Round ${round}: the subscriptions that are left`, async () => {
        const counts = await Promise.all(channels.map(subscribers));
        const asWanted = counts.every((count, at) => count === (wanted(channels[at] ?? '') ? 1 : 0));
        const held = patterns.filter((name) =>
          [...open.values()].some((panel) => panel.patterns.includes(name)),
        );
        return asWanted && Number(await redis.pubsub('NUMPAT')) === held.length ? true : undefined;
      });
      const before = new Map<string, number>();
      for (const panel of open.keys()) before.set(panel, (await capture.counts(panel)).counts.received);
      for (const channel of channels) await redis.publish(channel, `${round}`);
      for (const [panel, names] of open) {
        const direct = names.channels.filter((name) => channels.includes(name)).length;
        const byPattern = names.patterns.reduce((sum, name) => sum + (name === '?' ? channels.length : 1), 0);
        const expected = (before.get(panel) ?? 0) + direct + byPattern;
        await until(30_000, `Round ${round}: ${panel} having ${expected}`, async () => {
          const { received } = (await capture.counts(panel)).counts;
          assert.ok(received <= expected, `Round ${round}: ${panel} has ${received} of ${expected}`);
          return received === expected ? true : undefined;
        });
      }
    }
    for (const panel of open.keys()) capture.send({ kind: 'unwatch', panel });
    await until(30_000, 'Closing', async () =>
      String(await redis.client('LIST', 'TYPE', 'PUBSUB')).trim() === '' ? true : undefined,
    );
  });

  it('names the subscriptions through which a message comes more than once', async () => {
    await capture.openLive('p', endpoint, { channels: ['orders'], patterns: ['ord*', 'news.*'] });
    await publish('orders', 2);
    await publish('news.sport', 1);
    const { overlaps, rows } = await capture.frame(
      'p',
      'what overlaps',
      (frame) => frame.overlaps !== undefined,
    );
    assert.deepEqual(overlaps, [{ channel: 'orders', subscriptions: ['orders', 'ord*'] }]);
    assert.equal(rows.length, 5);
    capture.view('p', { kind: 'clear' });
    await capture.frame('p', 'nothing', ({ counts }) => counts.received === 0);
    await publish('news.sport', 1);
    const after = await capture.frame('p', 'one message', ({ channels }) => channels[0]?.total === 1);
    assert.equal(after.overlaps, undefined);
  });

  it('misses nothing while hidden, and sends nothing', async () => {
    await capture.openLive('p', endpoint, { channels: ['a'] });
    capture.view('p', { kind: 'filter', filter: { ...noFilter, text: '7' } });
    await capture.counts('p');
    capture.send({ kind: 'visible', panel: 'p', visible: false });
    await capture.counts('p');
    const frames = capture.frames('p').length;
    await publish('a', 1_000);
    await until(30_000, 'Receiving', async () =>
      (await capture.counts('p')).counts.received === 1_000 ? true : undefined,
    );
    assert.equal(capture.frames('p').length, frames);
    capture.send({ kind: 'visible', panel: 'p', visible: true });
    const frame = await capture.frame(
      'p',
      'all matches',
      (one) => one.counts.unfiltered === 0 && one.counts.received === 1_000,
    );
    assert.equal(frame.counts.matching, 271);
  });

  it('sends a full frame to a webview that begins anew', async () => {
    await capture.openLive('p', endpoint, { channels: ['a'] });
    await publish('a', 3);
    const last = await capture.frame('p', 'three messages', (one) => one.counts.received === 3);
    capture.view('p', { kind: 'want', frame: 0, first: 'newest', count: 2 });
    const again = await until(30_000, 'Another frame', () =>
      capture.frames('p').find((one) => one.frame > last.frame && one.rows.length === 2),
    );
    assert.equal(again.start, 1);
  });

  it('lets the oldest go when the ring is full, and says how many', async () => {
    await capture.dispose();
    capture = new CaptureClient({ bytes: 1_048_576, messages: 1_000 });
    await capture.openLive('p', endpoint, { channels: ['a'] });
    await publish('a', 2_500);
    const frame = await capture.frame('p', '2,500 messages', (one) => one.counts.received === 2_500);
    assert.deepEqual([frame.counts.kept, frame.counts.evicted], [1_000, 1_500]);
    assert.deepEqual([frame.first, frame.end], [1_500, 2_500]);
  });

  it('watches over TLS', async () => {
    await server.stop();
    const secured = await startTlsRedis({ certificate: 'good', port: endpoint.port });
    server = secured;
    const tls = { ...endpoint, port: secured.tlsPort, tls: {} };
    capture.open('untrusted', tls, { channels: ['a'] }, 'untrusted');
    const state = await capture.state('untrusted', 'reconnecting');
    assert.match(state.detail, /authority that is not known here/);
    await capture.openLive('p', { ...tls, tls: { ca: authority } }, { channels: ['a'] });
    redis.disconnect();
    redis = client();
    await publish('a', 10_000);
    await capture.frame('p', '10,000 messages', (one) => one.counts.received === 10_000);
    capture.open('plain', { ...endpoint, tls: {} }, { channels: ['a'] }, 'plain');
    const plain = await capture.state('plain', 'reconnecting');
    assert.match(`${plain.detail} ${plain.hint}`, /TLS/);
  });
});
