import assert from 'node:assert/strict';
import { hexDump } from '../../src/core/hexDump';
import { payloadDocument } from '../../src/core/payload';
import { SeededRandom } from './capture/seededRandom';

describe('payload in an editor', () => {
  const cases: readonly (readonly [what: string, payload: string, kind: string, text: string])[] = [
    ['an object', '{"a":12345678901234567890}', 'json', '{\n  "a": 12345678901234567890\n}'],
    ['an array', ' [1]', 'json', '[\n  1\n]'],
    ['a JSON string', '"x"', 'json', '"x"'],
    ['text', 'hello\nworld', 'text', 'hello\nworld'],
    ['a number, which is no document', '007', 'text', '007'],
    ['what only begins like JSON', '{"a":', 'text', '{"a":'],
    ['terminal colours', '\u001b[31mred', 'text', '\u001b[31mred'],
    ['nothing', '', 'text', ''],
  ];
  for (const [what, payload, kind, text] of cases) {
    it(`shows ${what} as ${kind}`, () => {
      assert.deepEqual(payloadDocument(Buffer.from(payload)), { kind, text });
    });
  }

  it('shows bytes that are no text as hex', () => {
    for (const bytes of [Buffer.from([0xff, 0xfe]), Buffer.from('a\0b'), Buffer.from('\u0001')]) {
      assert.deepEqual(payloadDocument(bytes), { kind: 'hex', text: hexDump(bytes) });
    }
  });

  it('shows as much of a payload as an editor takes, and says how much it leaves out', () => {
    const text = payloadDocument(Buffer.from(`a${'é'.repeat(8_388_608)}`));
    assert.equal(text.kind, 'text');
    assert.equal(text.text, `a${'é'.repeat(8_388_607)}\n\n… 2 more bytes are not shown`);
    const hex = payloadDocument(Buffer.alloc(5_000_000, 0xff));
    assert.equal(hex.kind, 'hex');
    assert.ok(hex.text.endsWith('|................|\n\n… 805696 more bytes are not shown'));
  });
});

describe('hex dump', () => {
  it('is laid out like that of hexdump -C', () => {
    assert.equal(
      hexDump(Buffer.from('0123456789abcdef\n\x00\x7fz', 'latin1')),
      [
        '00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  |0123456789abcdef|',
        `00000010  0a 00 7f 7a${' '.repeat(36)}  |...z|`,
      ].join('\n'),
    );
    assert.equal(hexDump(Buffer.alloc(0)), '');
    const last = hexDump(Buffer.alloc(0xab_cd_ef)).split('\n').at(-1);
    assert.equal(last, `00abcde0  ${'00 '.repeat(15)}    |${'.'.repeat(15)}|`);
  });

  it('holds every byte', () => {
    const random = new SeededRandom(9);
    for (let round = 0; round < 200; round++) {
      const bytes = random.bytes(random.below(100));
      const hex = hexDump(bytes)
        .split('\n')
        .map((line) => line.slice(10, 57))
        .join(' ');
      assert.deepEqual(Buffer.from(hex.replaceAll(' ', ''), 'hex'), bytes);
    }
  });
});
