import type { Redis } from 'ioredis';
import { connectAs, inTurn, pause, play, type Stage } from './actor';
import type { DemoNames } from './names';

const longest = 5_000;
const mostPending = 40;
const mostLag = 500;

/** A stream with two consumer groups: one keeps up but leaves some entries unacknowledged, the other lags. */
export function orderStream(stage: Stage, names: DemoNames): Promise<void>[] {
  const producer = connectAs(stage, 'demo-stream-producer');
  let order = 0;
  const produce = play(stage, names.orders, async () => {
    const fields = ['order', String(++order), 'status', inTurn(['created', 'paid', 'shipped'], order)];
    await producer.xadd(names.orders, 'MAXLEN', '~', longest, '*', ...fields);
    await pause(stage, 300);
  });
  return [produce, keepingUp(stage, names.orders), lagging(stage, names.orders)];
}

function keepingUp(stage: Stage, stream: string): Promise<void> {
  const client = connectAs(stage, 'demo-shipping-1');
  const kept: string[] = [];
  let taken = 0;
  return play(stage, `${stream} shipping`, async () => {
    for (const id of await readGroup(client, stream, 'shipping', 'shipping-1', 20)) {
      if (++taken % 10 === 0) kept.push(id);
      else await client.xack(stream, 'shipping', id);
    }
    const oldest = kept.length > mostPending ? kept.shift() : undefined;
    if (oldest !== undefined) await client.xack(stream, 'shipping', oldest);
    await pause(stage, 500);
  });
}

function lagging(stage: Stage, stream: string): Promise<void> {
  const client = connectAs(stage, 'demo-billing-1');
  let behind = 0;
  return play(stage, `${stream} billing`, async () => {
    // It takes one entry in the time in which five come, until it is far behind; then it takes many.
    behind = behind > mostLag ? 0 : behind + 4;
    const ids = await readGroup(client, stream, 'billing', 'billing-1', behind === 0 ? mostLag : 1);
    if (ids.length > 0) await client.xack(stream, 'billing', ...ids);
    await pause(stage, 1_500);
  });
}

/** Reads new entries; makes the group (and the stream) first where they are not there, also after a FLUSHALL. */
async function readGroup(
  client: Redis,
  stream: string,
  group: string,
  consumer: string,
  count: number,
): Promise<string[]> {
  await client.xgroup('CREATE', stream, group, '0', 'MKSTREAM').catch((error: Error) => {
    if (!error.message.startsWith('BUSYGROUP')) throw error;
  });
  const answer = await client.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'STREAMS', stream, '>');
  return entryIds(answer);
}

/** Ids in the answer of XREADGROUP for one stream: `[[stream, [[id, fields], …]]]`, a map under RESP3. */
function entryIds(answer: unknown): string[] {
  if (answer === null || typeof answer !== 'object') return [];
  const entries: unknown = Array.isArray(answer) ? answer[0]?.[1] : Object.values(answer)[0];
  if (!Array.isArray(entries)) return [];
  return entries.map((entry: unknown) => (Array.isArray(entry) ? String(entry[0]) : ''));
}
