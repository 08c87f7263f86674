import { connectAs, inTurn, pause, play, type Stage } from './actor';
import type { DemoNames } from './names';

/** A busy channel with one subscriber. */
export function busyChannel(stage: Stage, names: DemoNames): Promise<void>[] {
  subscribeAs(stage, 'demo-dashboard', names.orderEvents);
  const publisher = connectAs(stage, 'demo-order-publisher');
  let order = 0;
  return [
    play(stage, names.orderEvents, async () => {
      await publisher.publish(names.orderEvents, JSON.stringify(orderEvent(++order)));
      await pause(stage, 25);
    }),
  ];
}

/** Order ids beyond 2^53 and priorities, to have something to read and to filter by. */
function orderEvent(order: number) {
  return {
    order_id: String(9_007_199_254_740_993n + BigInt(order)),
    status: inTurn(['created', 'paid', 'packed', 'shipped'], order),
    priority: order % 10 === 0 ? 'high' : 'normal',
    total: { amount: (order * 7.35).toFixed(2), currency: 'EUR' },
  };
}

/** A channel whose messages are no text. */
export function binaryChannel(stage: Stage, names: DemoNames): Promise<void>[] {
  subscribeAs(stage, 'demo-recorder', names.sensorFrames);
  const publisher = connectAs(stage, 'demo-sensor');
  let frame = 0;
  return [
    play(stage, names.sensorFrames, async () => {
      const bytes = Buffer.alloc(24);
      bytes.writeUInt32BE(0xfeedf00d, 0);
      bytes.writeUInt32BE(++frame, 4);
      for (let value = 0; value < 4; value++)
        bytes.writeFloatBE(Math.sin((frame + value) / 10), 8 + value * 4);
      await publisher.publish(names.sensorFrames, bytes);
      await pause(stage, 1_000);
    }),
  ];
}

/** Channels that somebody listens to by a pattern only. */
export function patternChannels(stage: Stage, names: DemoNames): Promise<void>[] {
  const newsroom = connectAs(stage, 'demo-newsroom');
  void newsroom.psubscribe(names.newsPattern).catch(() => undefined); // Named by the client's error event.
  const publisher = connectAs(stage, 'demo-news-publisher');
  return names.news.map((channel, index) => {
    let story = 0;
    return play(stage, channel, async () => {
      await publisher.publish(
        channel,
        JSON.stringify({ story: ++story, headline: `${channel} story ${story}` }),
      );
      await pause(stage, 1_000 * (index + 1));
    });
  });
}

/** A channel that nobody hears: Redis discards each of its messages. */
export function unheardChannel(stage: Stage, names: DemoNames): Promise<void>[] {
  const publisher = connectAs(stage, 'demo-auditor');
  let entry = 0;
  return [
    play(stage, names.auditLog, async () => {
      await publisher.publish(names.auditLog, `entry ${++entry}: nobody is listening`);
      await pause(stage, 2_000);
    }),
  ];
}

function subscribeAs(stage: Stage, name: string, channel: string): void {
  const subscriber = connectAs(stage, name);
  void subscriber.subscribe(channel).catch(() => undefined); // Named by the client's error event.
}
