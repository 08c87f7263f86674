import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { FaultProxy } from '../faults/faultProxy';
import { until } from '../launch/limits';
import type { SeededRandom } from '../unit/capture/seededRandom';
import { operationLimitMs } from './faultLane';

/** What a fault can get at. */
export interface FaultScene {
  readonly proxy: FaultProxy;
  readonly serverPid: number;
  /** Straight to the server. */
  readonly admin: Redis;
  readonly random: SeededRandom;
}

/** How long a fault waits for a command that it concerns, in ms. */
const trapLimitMs = 1_000;
const reopenLimitMs = 20_000;
const writes = ['RPUSH', 'LPUSH', 'PUBLISH', 'XADD', 'EVAL', 'LPOP'];
/** Never what could be a reply: nobody can tell a forged one from a true one. */
const garbage = ['HTTP/1.1 502 Bad Gateway\r\n\r\n', '\u0000\u0000\r\n', '\u0015\u0003\u0003'];

/** Shorter or longer than the limit of operations, in ms. */
function anyTime({ random }: FaultScene): number {
  return 20 + random.below(2 * operationLimitMs);
}

async function sprung(trap: Promise<void>): Promise<void> {
  await Promise.race([trap, delay(trapLimitMs)]);
}

/** Another program may have got the port in between; it will not keep it for long. */
async function reopen(proxy: FaultProxy): Promise<void> {
  await until(reopenLimitMs, 'Getting the port back', () =>
    proxy.openPort().then(
      () => true,
      () => undefined,
    ),
  );
}

/** Faults by name; each brings itself about and resolves when it has been ended, so that all can go on. */
export const faultKinds: Readonly<Record<string, (scene: FaultScene) => Promise<void>>> = {
  async dropReply({ proxy, random }) {
    await sprung(proxy.dropReply(random.pick(writes)));
    proxy.restore();
  },
  async cut({ proxy }) {
    proxy.cut();
  },
  async cutWithRepliesUnderWay(scene) {
    scene.proxy.stall();
    await delay(scene.random.below(20));
    scene.proxy.cut();
    scene.proxy.restore();
  },
  async stall(scene) {
    scene.proxy.stall();
    await delay(anyTime(scene));
    scene.proxy.restore();
  },
  async slow(scene) {
    scene.proxy.delay(1 + scene.random.below(2 * operationLimitMs));
    await delay(anyTime(scene));
    scene.proxy.restore();
  },
  async blackhole(scene) {
    scene.proxy.blackhole();
    await delay(anyTime(scene));
    scene.proxy.restore();
  },
  async refuse(scene) {
    scene.proxy.refuse();
    scene.proxy.cut();
    await delay(anyTime(scene));
    scene.proxy.restore();
  },
  async closePort(scene) {
    await scene.proxy.closePort();
    await delay(anyTime(scene));
    await reopen(scene.proxy);
  },
  async breakOff({ proxy, random }) {
    await sprung(proxy.rewriteReply(random.pick(writes), (reply) => reply.subarray(0, reply.length - 1)));
    proxy.cut();
  },
  async garble({ proxy, random }) {
    await sprung(proxy.rewriteReply(random.pick(writes), Buffer.from(random.pick(garbage))));
    await delay(operationLimitMs);
    // What is in order again but for one reply is not what a network does.
    proxy.cut();
  },
  async freeze(scene) {
    process.kill(scene.serverPid, 'SIGSTOP');
    try {
      await delay(anyTime(scene));
    } finally {
      process.kill(scene.serverPid, 'SIGCONT');
    }
  },
  async pause(scene) {
    await scene.admin.call('CLIENT', 'PAUSE', anyTime(scene), scene.random.pick(['ALL', 'WRITE']));
  },
  async kill({ admin }) {
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  },
};
