import assert from 'node:assert/strict';
import { FramePace } from '../../../src/capture/framePace';

/** The pace after a frame that went out at 1,000 ms and was acknowledged after `took` ms. */
function afterFrame(took: number): FramePace {
  const pace = new FramePace();
  pace.acknowledge(pace.send(1_000), 1_000 + took);
  return pace;
}

describe('pace of frames', () => {
  it('is 25 a second for who follows, 10 for who reads', () => {
    const pace = afterFrame(5);
    assert.deepEqual(
      [1_020, 1_040].map((now) => pace.isDue(now, true)),
      [false, true],
    );
    assert.deepEqual(
      [1_040, 1_080, 1_100].map((now) => pace.isDue(now, false)),
      [false, false, true],
    );
  });

  it('leaves a slow page as long for other things', () => {
    const pace = afterFrame(80);
    assert.equal(pace.isDue(1_120, true), false);
    assert.equal(pace.isDue(1_160, true), true);
  });

  it('comes to a page that was away for minutes as to any other', () => {
    const pace = afterFrame(300_000);
    const frame = pace.send(400_000);
    assert.equal(pace.isDue(400_400, true), false, 'it is not acknowledged yet');
    pace.acknowledge(frame, 400_010);
    assert.equal(pace.isDue(400_050, true), true);
    assert.equal(afterFrame(300_000).isDue(301_000, true), true);
  });

  it('has one frame in flight, and takes the acknowledgement of an older one for none', () => {
    const pace = new FramePace();
    const first = pace.send(1_000);
    pace.forget();
    pace.send(1_050);
    pace.acknowledge(first, 1_060);
    assert.equal(pace.free, false);
    assert.equal(pace.isDue(5_000, true), false);
  });
});
