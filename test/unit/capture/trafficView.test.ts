import assert from 'node:assert/strict';
import { Ring } from '../../../src/core/ring';
import type { RingSource } from '../../../src/core/ringSource';
import { noFilter } from '../../../src/core/trafficFilter';
import { TrafficView } from '../../../src/core/trafficView';
import type { TrafficRow, ViewFilter } from '../../../src/protocol/traffic';
import { SeededRandom } from './seededRandom';
import { feed, patternMessage, textMessage } from './wire';

const forever = Number.POSITIVE_INFINITY;

function newRing(messages = 1_000): Ring {
  return new Ring({ bytes: 4_194_304, messages });
}

function hold(ring: Ring, ...channels: string[]): Set<RingSource> {
  return new Set(
    channels.map((name) => {
      const source = ring.source(name.includes('*') ? 'pmessage' : 'message', Buffer.from(name));
      source.held = true;
      return source;
    }),
  );
}

function only(text: string): ViewFilter {
  return { ...noFilter, text };
}

function texts(rows: readonly TrafficRow[]): string[] {
  return rows.map((row) => (row.kind === 'message' ? row.preview : `gap ${row.reason}`));
}

function all(view: TrafficView): string[] {
  view.work(forever);
  return texts(view.window(0, 1_000_000).rows);
}

describe('traffic view', () => {
  it('shows what came since it opened, in order, with its gaps', () => {
    const ring = newRing();
    const sources = hold(ring, 'a');
    feed(ring, textMessage('a', 'before'));
    const view = new TrafficView(ring, sources);
    feed(ring, textMessage('a', 'one'));
    ring.gaps.end(ring.beginGap(1, 'cut'), 2);
    feed(ring, textMessage('a', 'two\n'));
    assert.deepEqual(all(view), ['one', 'gap cut', 'two\\n']);
    const counts = view.readCounts();
    assert.equal(counts.received, 2);
    assert.equal(counts.kept, 2);
    assert.equal(counts.gaps, 1);
    assert.equal(counts.matching, 2);
  });

  it('shows names that one would not see', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, '', ' ', '*'));
    feed(ring, textMessage('', 'of none'));
    feed(ring, textMessage(' ', 'of a blank'));
    feed(ring, patternMessage('*', 'a ', 'x'));
    view.channels.update();
    const names = view.window(0, 9).rows.map((row) => (row.kind === 'message' ? row.channel : ''));
    assert.deepEqual(names, ['""', '␣', 'a␣']);
    assert.deepEqual(
      view.channels.list().map(({ name }) => name),
      names,
    );
  });

  it('gives rows the same ordinal for as long as they are there', () => {
    const ring = newRing(10);
    const view = new TrafficView(ring, hold(ring, 'a'));
    for (let count = 0; count < 25; count++) feed(ring, textMessage('a', `${count}`));
    assert.deepEqual(view.range(), { first: 15, end: 25 });
    assert.deepEqual(texts(view.window(20, 2).rows), ['20', '21']);
    assert.deepEqual(view.window('newest', 3).start, 22);
    assert.deepEqual(texts(view.window(3, 2).rows), ['15', '16']);
    const { received, kept, evicted } = view.readCounts();
    assert.deepEqual([received, kept, evicted], [25, 10, 15]);
  });

  it('counts gaps that have left the ring, and not those of others', () => {
    const ring = newRing(10);
    const mine = hold(ring, 'a');
    const others = hold(ring, 'b');
    ring.gaps.end(ring.beginGap(1, 'before'), 2);
    const view = new TrafficView(ring, mine);
    ring.gaps.end(ring.beginGap(1, 'cut'), 2);
    ring.gaps.end(ring.beginGap(1, 'mine', mine), 2);
    ring.gaps.end(ring.beginGap(1, 'not mine', others), 2);
    assert.deepEqual(all(view), ['gap cut', 'gap mine']);
    for (let count = 0; count < 20; count++) feed(ring, textMessage('a', `${count}`));
    assert.equal(all(view).length, 10);
    assert.equal(view.readCounts().gaps, 2);
    view.clear();
    assert.equal(view.readCounts().gaps, 0);
  });

  it('shows a panel its own subscriptions only, also when another one comes later', () => {
    const ring = newRing();
    const mine = hold(ring, 'a');
    const view = new TrafficView(ring, mine);
    feed(ring, textMessage('a', '1'));
    const { end } = view.range();
    const others = hold(ring, 'b');
    view.sourcesChanged();
    const other = new TrafficView(ring, others);
    feed(ring, textMessage('b', 'not mine'));
    feed(ring, textMessage('a', '2'));
    assert.deepEqual(all(view), ['1', '2']);
    assert.deepEqual(texts(view.window(end, 1).rows), ['2']);
    assert.deepEqual(all(other), ['not mine']);
    assert.equal(view.readCounts().received, 2);
    assert.equal(other.readCounts().received, 1);
  });

  it('shows a message that came through channel and pattern twice, with the pattern named', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, 'news.sport', 'news.*'));
    feed(ring, textMessage('news.sport', 'x'));
    feed(ring, patternMessage('news.*', 'news.sport', 'x'));
    const patterns = view.window(0, 10).rows.map((row) => (row.kind === 'message' ? row.pattern : 'gap'));
    assert.deepEqual(patterns, [undefined, 'news.*']);
    assert.equal(view.readCounts().received, 2);
    assert.deepEqual(view.channels.list().length, 1);
  });

  it('finds text in payload and channel, whatever the case of its letters', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, 'orders', 'Hello'));
    for (const text of ['say hello', 'HELLO WORLD', 'nothing', 'hell', 'o'])
      feed(ring, textMessage('orders', text));
    feed(ring, textMessage('Hello', 'by channel'));
    ring.gaps.end(ring.beginGap(1, 'cut'), 2);
    view.setFilter(only('hElLo'));
    assert.deepEqual(all(view), ['say hello', 'HELLO WORLD', 'by channel', 'gap cut']);
    const counts = view.readCounts();
    assert.equal(counts.matching, 3);
    assert.equal(counts.unfiltered, 0);
    assert.equal(counts.kept, 6);
    const row = view.window(0, 1).rows[0];
    assert.deepEqual(row?.kind === 'message' && row.matches, [[4, 9]]);
    feed(ring, textMessage('orders', 'late hello'));
    assert.equal(all(view).at(-1), 'late hello');
    view.setFilter(only(''));
    assert.equal(all(view).length, 8);
  });

  it('finds text beyond ASCII by its very bytes', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, 'a'));
    for (const text of ['café', 'CAFÉ', 'cafe', 'caf\u3a69']) feed(ring, textMessage('a', text));
    view.setFilter(only('CAFé'));
    assert.deepEqual(all(view), ['café']);
  });

  it('never finds a text that only two neighbours make together', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, 'a'));
    feed(ring, textMessage('a', 'xxab'));
    feed(ring, textMessage('a', 'cdxx'));
    feed(ring, textMessage('a', 'abcd'));
    view.setFilter(only('abcd'));
    assert.deepEqual(all(view), ['abcd']);
  });

  it('agrees with a plain search over any ring, also when sliced and while messages come and go', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new SeededRandom(seed);
      const ring = new Ring({ bytes: 1_048_576, messages: 500, lanes: { lanes: 3, keyBytes: 10_000 } });
      const mine = hold(ring, 'a', 'p*');
      hold(ring, 'b');
      const view = new TrafficView(ring, mine);
      const sent: { payload: string; channel: string }[] = [];
      const needle = random.pick(['ab', 'Abc', 'p1', 'xx', 'é']);
      for (let step = 0; step < 40; step++) {
        for (let count = random.below(60); count > 0; count--) {
          const payload = Array.from({ length: random.below(12) }, () =>
            random.pick(['a', 'B', 'c', 'x', 'é']),
          ).join('');
          const channel = random.pick(['a', 'b', `p${random.below(9)}`]);
          const message = channel.startsWith('p')
            ? patternMessage('p*', channel, payload)
            : textMessage(channel, payload);
          sent.push({ payload, channel });
          feed(ring, message);
        }
        if (step === 20) view.setFilter(only(needle));
        view.work(random.below(2) === 0 ? 0 : forever);
      }
      const expected = sent.flatMap(({ payload, channel }, seq) => {
        const shown =
          channel !== 'b' &&
          [payload, channel].some((text) => text.toLowerCase().includes(needle.toLowerCase()));
        return shown && seq >= ring.first ? [payload] : [];
      });
      assert.deepEqual(all(view), expected, `seed ${seed}`);
      const counts = view.readCounts();
      assert.equal(counts.matching, expected.length);
      assert.equal(counts.received, counts.kept + counts.evicted);
    }
  });

  it('answers a new filter with the newest first, and says how much it has not looked at', () => {
    const ring = new Ring({ bytes: 16_777_216, messages: 200_000 });
    const view = new TrafficView(ring, hold(ring, 'a'));
    for (let count = 0; count < 100_000; count++) feed(ring, textMessage('a', `message ${count}`));
    view.setFilter(only('message'));
    assert.equal(view.work(0), true);
    const rows = texts(view.window('newest', 2).rows);
    assert.deepEqual(rows, ['message 99998', 'message 99999']);
    const { unfiltered, matching, kept } = view.readCounts();
    assert.ok(unfiltered > 50_000 && unfiltered < 100_000);
    assert.equal(unfiltered + matching, kept);
    const { end } = view.range();
    view.work(forever);
    assert.equal(view.range().end, end);
    assert.equal(view.range().end - view.range().first, 100_000);
  });

  it('holds still while paused, and counts what is new', () => {
    const ring = newRing(100);
    const view = new TrafficView(ring, hold(ring, 'a'));
    for (let count = 0; count < 10; count++) feed(ring, textMessage('a', `${count}`));
    view.setPaused(true);
    for (let count = 10; count < 15; count++) feed(ring, textMessage('a', `${count}`));
    ring.beginGap(1, 'cut');
    assert.equal(view.newWhilePaused, 5);
    assert.equal(all(view).length, 10);
    view.setFilter(only('1'));
    assert.deepEqual(all(view), ['1']);
    assert.equal(view.newWhilePaused, 5);
    view.clear();
    assert.deepEqual(all(view), []);
    feed(ring, textMessage('a', '1 after'));
    view.work(forever);
    assert.equal(view.newWhilePaused, 1);
    view.setPaused(false);
    assert.deepEqual(all(view), ['1 after']);
  });

  it('loses what was paused to eviction without showing what is new', () => {
    const ring = newRing(10);
    const view = new TrafficView(ring, hold(ring, 'a'));
    feed(ring, textMessage('a', 'old'));
    view.setPaused(true);
    for (let count = 0; count < 20; count++) feed(ring, textMessage('a', 'new'));
    assert.deepEqual(all(view), []);
    assert.equal(view.newWhilePaused, 10);
  });

  it('counts anew after it was cleared, and never gives an ordinal twice', () => {
    const ring = newRing(10);
    const view = new TrafficView(ring, hold(ring, 'a'));
    for (let count = 0; count < 12; count++) feed(ring, textMessage('a', `${count}`));
    const before = view.range().end;
    view.clear();
    assert.deepEqual(view.range(), { first: before, end: before });
    for (let count = 0; count < 15; count++) feed(ring, textMessage('a', `after ${count}`));
    const { received, kept, evicted } = view.readCounts();
    assert.deepEqual([received, kept, evicted], [15, 10, 5]);
    let { end } = view.range();
    for (const filter of ['after', '', 'after 1', '']) {
      view.setFilter(only(filter));
      view.work(forever);
      assert.ok(view.range().first >= end, `filter "${filter}"`);
      end = view.range().end;
    }
    assert.equal(all(view).length, 10);
  });

  it('begins with the newest again when it lags far behind', () => {
    const ring = new Ring({ bytes: 33_554_432, messages: 400_000 });
    const view = new TrafficView(ring, hold(ring, 'a'));
    view.setFilter(only('x'));
    for (let count = 0; count < 150_000; count++) feed(ring, textMessage('a', `x${count}`));
    view.catchUp();
    view.work(0);
    assert.deepEqual(texts(view.window('newest', 1).rows), ['x149999']);
  });

  describe('with a filter that only marks', () => {
    function viewOf(...messages: string[]): { ring: Ring; view: TrafficView } {
      const ring = newRing(10);
      const view = new TrafficView(ring, hold(ring, 'a', 'b'));
      for (const message of messages) feed(ring, textMessage(message.startsWith('b') ? 'b' : 'a', message));
      return { ring, view };
    }

    it('keeps every row in its place, and counts', () => {
      const { view } = viewOf('one', 'two', 'three', 'twofold');
      const before = view.range();
      view.setFilter({ ...only('two'), mode: 'find' });
      assert.deepEqual(all(view), ['one', 'two', 'three', 'twofold']);
      assert.deepEqual(view.range(), before);
      assert.equal(view.readCounts().matching, 2);
      const [, second] = view.window(0, 10).rows;
      assert.deepEqual(second?.kind === 'message' && second.matches, [[0, 3]]);
    });

    it('goes from match to match, over what arrives and what leaves', () => {
      const { ring, view } = viewOf('x0', 'y1', 'x2', 'y3', 'x4');
      view.setFilter({ ...only('x'), mode: 'find' });
      view.work(forever);
      assert.equal(view.matchBeside(0, 1), 2);
      assert.equal(view.matchBeside(2, 1), 4);
      assert.equal(view.matchBeside(4, 1), undefined);
      assert.equal(view.matchBeside(3, -1), 2);
      assert.equal(view.matchBeside(0, -1), undefined);
      assert.equal(view.matchBeside(5, -1), 4);
      for (let at = 5; at < 13; at++) feed(ring, textMessage('a', at === 7 ? 'x7' : `y${at}`));
      view.work(forever);
      assert.equal(view.matchBeside(0, 1), 4);
      assert.equal(view.matchBeside(4, 1), 7);
      assert.equal(view.matchBeside(13, -1), 7);
    });

    it('passes by gaps, and knows no match beyond a pause', () => {
      const { ring, view } = viewOf('x0');
      ring.gaps.end(ring.beginGap(1, 'cut'), 2);
      feed(ring, textMessage('a', 'x2'));
      view.setPaused(true);
      feed(ring, textMessage('a', 'x3'));
      view.setFilter({ ...only('x'), mode: 'find' });
      view.work(forever);
      assert.equal(view.matchBeside(0, 1), 2);
      assert.equal(view.matchBeside(2, 1), undefined);
    });

    it('passes by gaps also where nothing but matches is listed, from beyond both ends', () => {
      const { ring, view } = viewOf('x0');
      ring.gaps.end(ring.beginGap(1, 'cut'), 2);
      feed(ring, textMessage('a', 'x2'));
      view.setFilter(only('x'));
      view.work(forever);
      const { first, end } = view.range();
      assert.equal(end - first, 3);
      assert.equal(view.matchBeside(-1, 1), first);
      assert.equal(view.matchBeside(first, 1), end - 1);
      assert.equal(view.matchBeside(end - 1, 1), undefined);
      assert.equal(view.matchBeside(Number.MAX_SAFE_INTEGER, -1), end - 1);
      assert.equal(view.matchBeside(end - 1, -1), first);
      view.setFilter(only('nothing'));
      view.work(forever);
      assert.equal(view.matchBeside(-1, 1), undefined);
    });

    it('is left for the other way of filtering and back', () => {
      const { view } = viewOf('x', 'y');
      view.setFilter({ ...only('y'), mode: 'find' });
      assert.deepEqual(all(view), ['x', 'y']);
      view.setFilter(only('y'));
      assert.equal(view.window('newest', 10).rows.length, 0);
      view.work(forever);
      assert.deepEqual(texts(view.window('newest', 10).rows), ['y']);
      view.setFilter(only(''));
      assert.deepEqual(texts(view.window('newest', 10).rows), ['x', 'y']);
    });
  });

  it('leaves hidden channels out, with any filter, and shows them again', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, 'a', 'b*'));
    feed(ring, textMessage('a', 'one'));
    feed(ring, patternMessage('b*', 'b1', 'one'));
    feed(ring, patternMessage('b*', 'b2', 'two'));
    view.setFilter({ ...noFilter, hidden: ['b1'] });
    assert.deepEqual(all(view).length, 2);
    assert.equal(view.readCounts().matching, 2);
    view.setFilter({ ...only('one'), hidden: ['b1'] });
    view.work(forever);
    assert.deepEqual(texts(view.window('newest', 10).rows), ['one']);
    view.setFilter(only('one'));
    view.work(forever);
    assert.deepEqual(texts(view.window('newest', 10).rows), ['one', 'one']);
  });

  it('shows nothing but the channels that are named, and counts what it leaves out', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, 'a', 'b*'));
    const b1 = { base64: Buffer.from('b1').toString('base64') };
    view.setFilter({ ...noFilter, hidden: ['b1'], only: [b1] });
    feed(ring, textMessage('a', 'one'));
    feed(ring, patternMessage('b*', 'b1', 'two'));
    feed(ring, patternMessage('b*', 'b2', 'three'));
    view.work(forever);
    assert.deepEqual(texts(view.window('newest', 10).rows), ['two']);
    assert.equal(view.readCounts().filtered, 2);
    view.setFilter({ ...noFilter, hidden: [], only: [] });
    view.work(forever);
    assert.deepEqual(texts(view.window('newest', 10).rows), []);
    view.setFilter({ ...noFilter, text: 'two', mode: 'find' });
    view.work(forever);
    assert.equal(view.readCounts().filtered, 0);
    assert.deepEqual(texts(view.window('newest', 10).rows), ['one', 'two', 'three']);
  });

  it('keeps the filter that was when a new one cannot be read', () => {
    const ring = newRing();
    const view = new TrafficView(ring, hold(ring, 'a'));
    for (const text of ['one', 'two']) feed(ring, textMessage('a', text));
    view.setFilter(only('one'));
    assert.throws(() => view.setFilter(only('/(/')), /regular expression/);
    assert.equal(view.filter.text, 'one');
    view.work(forever);
    assert.deepEqual(texts(view.window('newest', 10).rows), ['one']);
  });

  it('finds the row of a time', () => {
    const ring = newRing(5);
    const view = new TrafficView(ring, hold(ring, 'a'));
    for (let at = 0; at < 8; at++) {
      ring.now = 1_000 + at * 10;
      feed(ring, textMessage('a', `${at}`));
    }
    assert.equal(view.ordinalAtTime(1_050), 5);
    assert.equal(view.ordinalAtTime(1_051), 6);
    assert.equal(view.ordinalAtTime(0), 3);
    assert.equal(view.ordinalAtTime(9_999), 7);
    view.setFilter(only('7'));
    view.work(forever);
    const { start } = view.window('newest', 10);
    assert.equal(view.ordinalAtTime(1_000), start);
  });
});
