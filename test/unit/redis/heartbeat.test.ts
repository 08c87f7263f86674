import assert from 'node:assert/strict';
import { Heartbeat } from '../../../src/redis/heartbeat';
import { within } from '../../launch/limits';

describe('heartbeat', () => {
  const times = { tickMs: 2, pingAfterMs: 10, deadAfterMs: 30 };
  /** A socket on which a byte moves at each look, while there are any. */
  class MovingSocket {
    looks = 0;
    pings = 0;
    constructor(
      private left: number,
      private readonly direction: 'in' | 'out',
    ) {}
    get bytesRead(): number {
      this.looks += 1;
      if (this.left > 0) this.left -= 1;
      return this.direction === 'in' ? -this.left : 0;
    }
    get writableLength(): number {
      return this.direction === 'out' ? this.left : 0;
    }
  }

  function death(socket: MovingSocket): Promise<void> {
    return within(
      60_000,
      'The end of the heartbeat',
      new Promise<void>((resolve) => {
        new Heartbeat(
          {
            socket: () => socket,
            ping: () => {
              socket.pings += 1;
            },
            dead: resolve,
          },
          times,
        ).start();
      }),
    );
  }

  for (const direction of ['in', 'out'] as const) {
    it(`takes every byte that goes ${direction} for a sign of life, and asks once when none does`, async () => {
      const socket = new MovingSocket(100, direction);
      await death(socket);
      assert.ok(socket.looks > 100, `dead after ${socket.looks} looks`);
      assert.equal(socket.pings, 1);
    });
  }

  it('asks again after an answer', async () => {
    const socket = new MovingSocket(0, 'in');
    let answers = 0;
    await within(
      60_000,
      'The end of the heartbeat',
      new Promise<void>((resolve) => {
        new Heartbeat(
          {
            socket: () => ({ bytesRead: answers, writableLength: 0 }),
            ping: () => {
              socket.pings += 1;
              if (socket.pings < 4) answers += 1;
            },
            dead: resolve,
          },
          times,
        ).start();
      }),
    );
    assert.equal(socket.pings, 4);
  });

  for (const late of [false, true]) {
    const when = late ? 'just after a look' : 'just before one';
    it(`takes a peer for dead within 14 s of its last byte, by the times of the product, when that came ${when}`, () => {
      let now = 0;
      let look = (): void => undefined;
      let looking = true;
      let bytesRead = 0;
      const asked: number[] = [];
      let deadAt: number | undefined;
      new Heartbeat(
        {
          socket: () => ({ bytesRead, writableLength: 0 }),
          ping: () => asked.push(now),
          dead: () => {
            deadAt = now;
          },
        },
        undefined,
        {
          now: () => now,
          every: (ms, tick) => {
            look = () => {
              now += ms;
              tick();
            };
            return () => {
              looking = false;
            };
          },
        },
      ).start();
      for (let times = 0; times < 4; times++) {
        bytesRead += 1;
        look();
      }
      // Behind the look at which it is noticed first, or before it.
      const lastByteAt = late ? now : now + 999;
      bytesRead += 1;
      for (let times = 0; times < 30 && looking; times++) look();
      assert.equal(asked.length, 1);
      assert.ok(deadAt !== undefined && deadAt - lastByteAt >= 12_000, `dead at ${deadAt}`);
      assert.ok(deadAt - lastByteAt <= 14_000, `dead at ${deadAt}`);
    });
  }
});
