import assert from 'node:assert/strict';
import { Decoder, RESP_TYPES } from 'ioredis/built/resp/decoder';
import { nameLimit } from '../../../src/core/ringFrame';
import { FrameScanner } from '../../../src/redis/frameScanner';
import { SeededRandom } from './seededRandom';
import { CollectingSink, encodeMessage, patternMessage, textMessage, type WireMessage } from './wire';

interface Scanned {
  readonly messages: readonly WireMessage[];
  readonly passed: Buffer;
  readonly scanner: FrameScanner;
  readonly sink: CollectingSink;
}

/** Scans bytes in chunks; each chunk is overwritten afterwards, as the socket's buffer is. */
function scan(bytes: Buffer, chunkLength: () => number): Scanned {
  const sink = new CollectingSink();
  const passed: Buffer[] = [];
  const scanner = new FrameScanner(sink, (some) => passed.push(Buffer.from(some)));
  for (let at = 0; at < bytes.length; ) {
    const chunk = Buffer.from(bytes.subarray(at, at + Math.max(1, chunkLength())));
    at += chunk.length;
    scanner.push(chunk);
    chunk.fill(0xee);
  }
  return { messages: sink.messages, passed: Buffer.concat(passed), scanner, sink };
}

const replies = [
  '+OK\r\n',
  '-NOPERM this user has no permissions\r\n',
  ':42\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '$0\r\n\r\n',
  '$31\r\n*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n\r\n',
  '*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n',
  '*3\r\n$12\r\npunsubscribe\r\n$-1\r\n:0\r\n',
  '*2\r\n$4\r\npong\r\n$0\r\n\r\n',
  '>3\r\n$10\r\nssubscribe\r\n$4\r\nnews\r\n:1\r\n',
  '%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n',
  '*2\r\n*1\r\n$7\r\nmessage\r\n~2\r\n#t\r\n_\r\n',
  '|1\r\n+ttl\r\n:3\r\n*3\r\n,3.25\r\n(3492890328409238509324850943850943825024385\r\n=7\r\ntxt:abc\r\n',
  '!9\r\nERR wrong\r\n',
  '*2\r\n|1\r\n+ttl\r\n:3\r\n:5\r\n*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n',
  '*3\r\n$7\r\nmessagf\r\n:1\r\n:2\r\n',
  '*4\r\n$8\r\npmessagX\r\n:1\r\n:2\r\n:3\r\n',
  '*42\r\n'.concat(':1\r\n'.repeat(42)),
  '>2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nkey\r\n',
].map((text) => Buffer.from(text, 'latin1'));

function randomMessage(random: SeededRandom): WireMessage {
  const kind = random.pick(['message', 'pmessage', 'smessage'] as const);
  const lengths = [0, 1, 9, 10, 99, 100, 1_000];
  return {
    kind,
    pattern: kind === 'pmessage' ? random.bytes(random.pick([0, 1, 12, 100])) : Buffer.alloc(0),
    channel: random.bytes(random.pick([0, 1, 12, 100])),
    payload: random.bytes(random.pick(lengths) + random.below(3)),
  };
}

describe('frame scanner', () => {
  it('separates messages from replies, whatever the chunks', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = new SeededRandom(seed);
      const messages: WireMessage[] = [];
      const passed: Buffer[] = [];
      const all: Buffer[] = [];
      for (let count = 0; count < 30; count++) {
        if (random.below(3) > 0) {
          const message = randomMessage(random);
          messages.push(message);
          all.push(encodeMessage(message, random.pick(['*', '>'] as const)));
        } else {
          const reply = random.pick(replies);
          passed.push(reply);
          all.push(reply);
        }
      }
      const largest = random.pick([1, 2, 7, 60, 5_000]);
      const scanned = scan(Buffer.concat(all), () => 1 + random.below(largest));
      assert.deepEqual(scanned.messages, messages, `seed ${seed}`);
      assert.deepEqual(scanned.passed, Buffer.concat(passed), `seed ${seed}`);
      assert.equal(scanned.scanner.idle, true, `seed ${seed}`);
    }
  });

  it('splits a message at every byte', () => {
    const message = patternMessage('news.*', 'news.sport', 'a\r\nb');
    const bytes = Buffer.concat([
      encodeMessage(message),
      Buffer.from('+OK\r\n'),
      encodeMessage(message, '>'),
    ]);
    for (let cut = 1; cut < bytes.length; cut++) {
      let first = true;
      const scanned = scan(bytes, () => {
        const length = first ? cut : bytes.length;
        first = false;
        return length;
      });
      assert.deepEqual(scanned.messages, [message, message], `cut at ${cut}`);
      assert.equal(scanned.passed.toString(), '+OK\r\n', `cut at ${cut}`);
    }
  });

  it('agrees with the decoder of ioredis', () => {
    const random = new SeededRandom(99);
    const sent: Buffer[] = [];
    for (let count = 0; count < 2_000; count++) sent.push(encodeMessage(randomMessage(random), '>'));
    const bytes = Buffer.concat(sent);
    const decoded: unknown[] = [];
    const decoder = new Decoder({
      getTypeMapping: () => ({ [RESP_TYPES.BLOB_STRING]: Buffer }),
      onReply: () => assert.fail('a push was taken for a reply'),
      onErrorReply: () => assert.fail('a push was taken for an error'),
      onPush: (push: unknown) => decoded.push(push),
    });
    decoder.write(bytes);
    const { messages } = scan(bytes, () => 1 + random.below(4_000));
    const listed = messages.map(({ kind, pattern, channel, payload }) =>
      kind === 'pmessage'
        ? [Buffer.from(kind), pattern, channel, payload]
        : [Buffer.from(kind), channel, payload],
    );
    assert.deepEqual(listed, decoded);
  });

  it('takes a large payload in pieces without holding it', () => {
    const payload = Buffer.alloc(3_000_000, 'x');
    const { messages, sink } = scan(encodeMessage({ ...textMessage('big', ''), payload }), () => 65_536);
    assert.equal(messages[0]?.payload.equals(payload), true);
    assert.deepEqual(sink.leftOut, []);
  });

  it('leaves out a message whose channel name is too long, and goes on behind it', () => {
    const long = { ...textMessage('', 'x'.repeat(100_000)), channel: Buffer.alloc(nameLimit + 1, 'c') };
    const after = textMessage('a', 'still there');
    for (const length of [1_000, 1_000_000]) {
      const { messages, passed, sink } = scan(
        Buffer.concat([encodeMessage(long), encodeMessage(after)]),
        () => length,
      );
      assert.deepEqual(messages, [after]);
      assert.deepEqual(sink.leftOut, [nameLimit + 1]);
      assert.equal(passed.length, 0);
    }
  });

  it('is not idle in the middle of a message', () => {
    const bytes = encodeMessage(textMessage('a', 'payload'));
    for (let cut = 1; cut < bytes.length; cut++) {
      assert.equal(scan(bytes.subarray(0, cut), () => 1_000).scanner.idle, false, `cut at ${cut}`);
    }
  });

  const hostile: readonly (readonly [what: string, bytes: string])[] = [
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a payload longer than announced', '*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nbc\r\n'],
    ['a name longer than announced', '*3\r\n$7\r\nmessage\r\n$1\r\nab\r\n$1\r\nb\r\n'],
    ['a number for a payload', '*3\r\n$7\r\nmessage\r\n$1\r\na\r\n:1\r\n'],
    ['a null payload', '*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$-1\r\n'],
    ['a length that is no number', '*3\r\n$7\r\nmessage\r\n$1x\r\na\r\n$1\r\nb\r\n'],
    ['a length without digits', '*3\r\n$7\r\nmessage\r\n$\r\na\r\n$1\r\nb\r\n'],
    ['a length of many digits', `*3\r\n$7\r\nmessage\r\n$${'0'.repeat(40)}1\r\na\r\n$1\r\nb\r\n`],
    ['a length beyond 4 GB', '*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$99999999999\r\n'],
    ['a lone LF', '+OK\n'],
    ['CR without LF', '+OK\rX'],
    ['an endless line', `+${'x'.repeat(100_000)}`],
    ['an endless length', `$${'1'.repeat(100)}`],
    ['nesting without end', '*1\r\n'.repeat(100)],
    ['a huge array', '*2147483647\r\n'],
    ['a huge reply', '$999999999\r\n'],
    ['a negative length', '$-2\r\n'],
    ['many large strings', '*9\r\n'.concat(`$2000000\r\n${'x'.repeat(2_000_000)}\r\n`.repeat(9))],
  ];
  for (const [what, text] of hostile) {
    it(`refuses ${what}`, () => {
      for (const length of [1, 10, 100_000]) {
        if (text.length > 1_000_000 && length < 100_000) continue;
        assert.throws(() => scan(Buffer.from(text, 'latin1'), () => length), { name: 'ProtocolError' });
      }
    });
  }

  it('either reads random bytes or refuses them, and passes on no more than it was given', () => {
    for (let seed = 1; seed <= 3_000; seed++) {
      const random = new SeededRandom(seed);
      const good = encodeMessage(randomMessage(random));
      const bytes = Buffer.concat([good, random.bytes(random.below(200))]);
      const at = random.below(bytes.length);
      bytes[at] = random.below(256);
      try {
        const { passed } = scan(bytes, () => 1 + random.below(50));
        assert.ok(passed.length <= bytes.length);
      } catch (error) {
        assert.equal(error instanceof Error && error.name, 'ProtocolError', `seed ${seed}`);
      }
    }
  });
});
