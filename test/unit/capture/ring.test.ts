import assert from 'node:assert/strict';
import { Ring } from '../../../src/core/ring';
import { FrameScanner } from '../../../src/redis/frameScanner';
import { SeededRandom } from './seededRandom';
import { encodeMessage, feed, patternMessage, textMessage, type WireMessage } from './wire';

const megabyte = 1_048_576;

function hold(ring: Ring, ...channels: string[]): void {
  for (const name of channels) ring.source('message', Buffer.from(name)).held = true;
}

function holdPattern(ring: Ring, ...patterns: string[]): void {
  for (const name of patterns) ring.source('pmessage', Buffer.from(name)).held = true;
}

/** Compares all that a ring keeps with the messages that were sent, and its counts with each other. */
function check(ring: Ring, sent: readonly WireMessage[]): void {
  assert.equal(ring.end, sent.length);
  for (let seq = ring.first; seq < ring.end; seq++) {
    const message = ring.message(seq);
    const expected = sent[seq];
    assert.ok(message !== undefined && expected !== undefined);
    assert.equal(message.size, expected.payload.length);
    assert.ok(message.channel.equals(expected.channel), `channel of ${seq}`);
    assert.ok(message.payload.equals(expected.payload.subarray(0, ring.cutLimit)), `payload of ${seq}`);
    assert.ok(
      message.lane.source.name.equals(expected.kind === 'pmessage' ? expected.pattern : expected.channel),
    );
  }
  let received = 0;
  let evicted = 0;
  for (const source of ring.lanes.sources.values()) {
    received += source.received;
    evicted += source.evicted;
  }
  assert.equal(received, sent.length);
  assert.equal(evicted, ring.first);
}

describe('ring', () => {
  it('keeps the newest messages unchanged, whatever their sizes', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new SeededRandom(seed);
      const ring = new Ring({
        bytes: megabyte,
        messages: random.pick([100, 5_000, 100_000]),
        lanes: { lanes: random.pick([2, 1_000]), keyBytes: 10_000 },
      });
      hold(ring, 'a', 'b');
      holdPattern(ring, 'news.*');
      const sent: WireMessage[] = [];
      const largest = random.pick([1, 50, 3_000, 300_000]);
      while (ring.first < 1_000 && sent.length < 20_000) {
        const payload = random
          .bytes(8)
          .toString('latin1')
          .repeat(1 + random.below(largest / 8))
          .slice(0, random.below(largest));
        const message = random.pick([
          () => textMessage('a', payload),
          () => textMessage('b', ''),
          () => patternMessage('news.*', `news.${random.below(5_000)}`, payload),
        ])();
        sent.push(message);
        feed(ring, message, random.below(2) === 0 ? ring.landing() : undefined);
      }
      check(ring, sent);
      assert.ok(ring.memory <= megabyte);
      assert.ok(ring.end - ring.first <= 100_000);
    }
  });

  it('takes memory only as messages come', () => {
    const ring = new Ring({ bytes: 64 * megabyte, messages: 1_000_000 });
    hold(ring, 'a');
    assert.equal(ring.memory, megabyte);
    const sent: WireMessage[] = [];
    for (let count = 0; count < 120; count++) {
      sent.push(textMessage('a', `${count}`.repeat(count % 2 === 0 ? 1_000_000 : 100_000)));
      feed(ring, sent[count] as WireMessage, ring.landing());
    }
    check(ring, sent);
    assert.equal(ring.memory, 64 * megabyte);
  });

  for (const { messages, memory } of [
    { messages: 85, memory: 8 * megabyte },
    { messages: 130, memory: 16 * megabyte },
  ]) {
    it(`keeps messages unchanged that are read into it, also when it moves them meanwhile (${messages})`, () => {
      const ring = new Ring({ bytes: 16 * megabyte, messages });
      hold(ring, 'a');
      const scanner = new FrameScanner(ring, () => assert.fail('a message was taken for a reply'));
      const sent: WireMessage[] = [];
      const random = new SeededRandom(3);
      while (sent.length < 600) {
        const some = Array.from({ length: 5 }, () => ({
          ...textMessage('a', ''),
          payload: Buffer.alloc(40_000 + random.below(9_000), random.below(256)),
        }));
        sent.push(...some);
        const read = Buffer.concat(some.map((one) => encodeMessage(one)));
        const landing = ring.landing();
        landing.set(read);
        scanner.push(landing.subarray(0, read.length));
        check(ring, sent);
        assert.equal(ring.end - ring.first, Math.min(messages, sent.length));
      }
      assert.equal(ring.memory, memory);
    });
  }

  it('cuts a payload that is larger than a quarter of it, and counts that', () => {
    const ring = new Ring({ bytes: megabyte, messages: 1_000 });
    hold(ring, 'a');
    feed(ring, textMessage('a', 'x'.repeat(megabyte)));
    assert.equal(ring.message(0)?.size, megabyte);
    assert.equal(ring.message(0)?.payload.length, megabyte / 4);
    assert.equal(ring.source('message', Buffer.from('a')).cut, 1);
  });

  it('takes a message in pieces, and forgets one that never ends', () => {
    const ring = new Ring({ bytes: megabyte, messages: 1_000 });
    hold(ring, 'a');
    const bytes = Buffer.from('ahello');
    const head = {
      kind: 'message' as const,
      bytes,
      patternStart: 0,
      patternEnd: 0,
      channelStart: 0,
      channelEnd: 1,
      payloadSize: 5,
    };
    ring.begin(head);
    ring.more(bytes, 1, 3);
    ring.abandon();
    assert.equal(ring.end, 0);
    ring.begin(head);
    ring.more(bytes, 1, 3);
    ring.more(bytes, 3, 6);
    ring.finish();
    assert.equal(ring.message(0)?.payload.toString(), 'hello');
  });

  it('takes nothing that no panel holds', () => {
    const ring = new Ring({ bytes: megabyte, messages: 1_000 });
    hold(ring, 'a');
    feed(ring, textMessage('b', 'x'));
    feed(ring, textMessage('a', 'x'));
    ring.lanes.drop(ring.source('message', Buffer.from('a')));
    feed(ring, textMessage('a', 'x'));
    assert.equal(ring.end, 1);
  });

  it('keeps gaps in their place and lets them go with their time', () => {
    const ring = new Ring({ bytes: megabyte, messages: 10 });
    hold(ring, 'a');
    feed(ring, textMessage('a', '1'));
    const seq = ring.beginGap(5, 'cut');
    assert.equal(ring.gaps.open, 1);
    feed(ring, textMessage('a', '2'));
    ring.gaps.end(seq, 9);
    assert.equal(ring.isGap(seq), true);
    assert.equal(ring.message(seq), undefined);
    assert.deepEqual(ring.gaps.at(seq), { from: 5, to: 9, reason: 'cut' });
    for (let count = 0; count < 10; count++) feed(ring, textMessage('a', 'x'));
    assert.equal(ring.gaps.at(seq), undefined);
    ring.gaps.end(seq, 10);
    assert.equal(ring.source('message', Buffer.from('a')).evicted, 2);
  });

  it('does not grow without bound when a connection flaps and nothing is received', () => {
    const ring = new Ring({ bytes: megabyte, messages: 1_000_000 });
    for (let count = 0; count < 5_000; count++) ring.gaps.end(ring.beginGap(count, 'cut'), count + 1);
    assert.ok(ring.end <= 1_000);
    assert.equal(ring.gaps.at(ring.end - 1)?.to, 5_000);
  });

  it('stays right with more channels than it can remember', () => {
    const ring = new Ring({ bytes: megabyte, messages: 2_000, lanes: { lanes: 100, keyBytes: 100_000 } });
    holdPattern(ring, '*');
    const sent: WireMessage[] = [];
    for (let count = 0; count < 30_000; count++) {
      const message = patternMessage('*', `channel ${count % 7 === 0 ? 'same' : count}`, `payload ${count}`);
      sent.push(message);
      feed(ring, message);
    }
    check(ring, sent);
    assert.ok([...ring.lanes.all()].length <= 102);
  });
});
