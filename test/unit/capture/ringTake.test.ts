import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Ring } from '../../../src/core/ring';
import { FrameScanner } from '../../../src/redis/frameScanner';
import { ProtocolError } from '../../../src/redis/protocolError';
import { SeededRandom } from './seededRandom';
import { CollectingSink, encodeMessage, patternMessage, textMessage, type WireMessage } from './wire';

const megabyte = 1_048_576;
const answer = Buffer.from('*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n');

interface Taken {
  /** In a ring the newest only. */
  readonly messages: readonly string[];
  readonly received: number;
  readonly passed: string;
  /** What was wrong with the bytes, if anything was. */
  readonly problem: string | undefined;
}

/** Reads bytes as a socket does, in chunks of the ring's landing. */
function takeByRing(bytes: Buffer, random: SeededRandom, largest: number, lanes: number): Taken {
  const ring = new Ring({
    bytes: random.pick([1, 4, 32]) * megabyte,
    messages: 100_000,
    lanes: { lanes, keyBytes: 100_000 },
  });
  for (const name of ['a', 'orders', 'b'.repeat(115), 'c'.repeat(300)]) {
    ring.source('message', Buffer.from(name)).held = true;
    ring.source('smessage', Buffer.from(name)).held = true;
  }
  ring.source('pmessage', Buffer.from('*')).held = true;
  const passed: Buffer[] = [];
  const scanner = new FrameScanner(ring, (some) => passed.push(Buffer.from(some)));
  const problem = problemOf(() => {
    for (let at = 0; at < bytes.length; ) {
      const landing = ring.landing();
      const length = Math.min(1 + random.below(largest), bytes.length - at, landing.length);
      landing.set(bytes.subarray(at, at + length));
      at += length;
      if (random.below(20) === 0) ring.gaps.end(ring.beginGap(1, 'cut'), 2);
      scanner.push(ring.landed(landing.subarray(0, length)));
    }
  });
  const messages: string[] = [];
  for (let seq = ring.first; seq < ring.end; seq++) {
    if (ring.isGap(seq)) continue;
    const message = ring.message(seq);
    assert.ok(message !== undefined);
    messages.push(line(message.lane.source.kind, message.lane.source.name, message.channel, message.payload));
  }
  let received = 0;
  for (const source of ring.lanes.sources.values()) received += source.received;
  return { messages, received, passed: Buffer.concat(passed).toString('latin1'), problem };
}

/** The same without a ring: each message is handed over by the scanner. */
function takeByScanner(bytes: Buffer): Taken {
  const sink = new CollectingSink();
  const passed: Buffer[] = [];
  const scanner = new FrameScanner(sink, (some) => passed.push(Buffer.from(some)));
  const problem = problemOf(() => scanner.push(bytes));
  const messages = sink.messages.map(({ kind, pattern, channel, payload }) =>
    line(kind, kind === 'pmessage' ? pattern : channel, channel, payload),
  );
  const received = messages.length;
  return { messages, received, passed: Buffer.concat(passed).toString('latin1'), problem };
}

/** What a ring took is all that it holds sources for, of which it keeps the newest. */
function assertSame(byRing: Taken, byScanner: Taken, what: string): void {
  const held = byScanner.messages.filter((one) => known(one));
  assert.equal(byRing.problem, byScanner.problem, what);
  assert.equal(byRing.received, held.length, what);
  assert.ok(byRing.messages.length > 0 || held.length === 0, what);
  assert.deepEqual(byRing.messages, held.slice(held.length - byRing.messages.length), what);
  assert.equal(byRing.passed, byScanner.passed, what);
}

function problemOf(read: () => void): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof ProtocolError) return error.message;
    throw error;
  }
  return undefined;
}

function line(kind: string, source: Buffer, channel: Buffer, payload: Buffer): string {
  const sum = createHash('sha1').update(payload).digest('hex');
  return [kind, source.toString('latin1'), channel.toString('latin1'), payload.length, sum].join(' | ');
}

function randomMessage(random: SeededRandom): WireMessage {
  const payload = 'x|\r\n$1'
    .repeat(random.below(30) === 0 ? 30_000 : random.pick([0, 1, 20, 400, 3_000]))
    .slice(random.below(3));
  const channel = random.pick(['a', 'orders', 'b'.repeat(115), 'c'.repeat(300)]);
  return random.pick([
    () => textMessage(channel, payload),
    () => textMessage('a', payload),
    () => ({ ...textMessage(channel, payload), kind: 'smessage' as const }),
    () => patternMessage('*', `news.${random.below(5)}`, payload),
    () => patternMessage('*', `news.${random.below(20_000)}`, payload),
  ])();
}

function randomFrames(random: SeededRandom): Buffer[] {
  const lead = random.pick(['*', '>'] as const);
  return Array.from({ length: 150 }, () =>
    random.below(40) === 0 ? Buffer.from(answer) : encodeMessage(randomMessage(random), lead),
  );
}

describe('messages that the ring takes by itself', () => {
  it('are those that the scanner sees, in their order, whatever the chunks and however many the channels', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new SeededRandom(seed);
      const bytes = Buffer.concat(randomFrames(random));
      const largest = random.pick([30, 3_000, 100_000, 600_000]);
      const byRing = takeByRing(bytes, random, largest, random.pick([10, 65_536, 65_536]));
      assertSame(byRing, takeByScanner(bytes), `seed ${seed}`);
      assert.equal(byRing.problem, undefined);
    }
  });

  it('end with the same error where a server lies, and before it are the same', () => {
    const problems = new Set<string | undefined>();
    for (let seed = 1; seed <= 200; seed++) {
      const random = new SeededRandom(seed);
      const frames = randomFrames(random);
      // Beyond the middle, so that there is much that is right and many heads are known.
      const wrong = frames[frames.length / 2 + random.below(frames.length / 2)];
      assert.ok(wrong !== undefined);
      wrong[random.below(40)] = random.pick([0x0d, 0x0a, 0x24, 0x2a, 0x30, 0x39, 0xff, 0x2d]);
      const bytes = Buffer.concat(frames);
      const byScanner = takeByScanner(bytes);
      const byRing = takeByRing(bytes, random, 2 * bytes.length, 65_536);
      assertSame(byRing, byScanner, `seed ${seed}`);
      problems.add(byScanner.problem);
    }
    assert.ok(problems.size > 4, [...problems].join(', '));
  });

  it('are no longer taken once their source is dropped', () => {
    const ring = new Ring({ bytes: megabyte, messages: 1_000 });
    const source = ring.source('message', Buffer.from('orders'));
    source.held = true;
    const scanner = new FrameScanner(ring, () => assert.fail('a message was taken for a reply'));
    const five = Buffer.concat(Array.from({ length: 5 }, () => encodeMessage(textMessage('orders', 'x'))));
    const read = () => {
      const landing = ring.landing();
      landing.set(five);
      scanner.push(ring.landed(landing.subarray(0, five.length)));
    };
    read();
    assert.equal(ring.end, 5);
    ring.lanes.drop(source);
    read();
    assert.equal(ring.end, 5);
    source.held = true;
    read();
    assert.equal(ring.end, 10);
    assert.equal(source.received, 10);
  });
});

/** Whether the message, as {@link line} writes it, came by a source that the ring holds. */
function known(one: string): boolean {
  const [kind = '', source = ''] = one.split(' | ');
  if (kind === 'pmessage') return source === '*';
  return ['a', 'orders', 'b'.repeat(115), 'c'.repeat(300)].includes(source);
}
