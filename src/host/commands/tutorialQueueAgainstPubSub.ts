import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { CommandPort } from '../../core/commandPort';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { displayText } from '../../core/displayText';
import { Failure, toFailure } from '../../core/failure';
import { integer, list } from '../../core/redisReply';
import type { WorkerGroup } from '../../core/workerGroups';
import { plainTerminalName } from '../../core/workerLaunch';
import type { WorkerTemplate } from '../../core/workerTemplates';
import type { WorkerTarget } from '../../protocol/workerLease';
import type { CommandHandler } from '../commandRunner';
import { fullCommandId } from '../contributed';
import type { Log } from '../log';
import { gate } from '../tutorials/gate';
import { confirmTutorial, tutorialConnection } from '../tutorials/tutorialConnection';
import { tutorialRequest } from '../tutorials/tutorialWorkers';
import { type StartedGroup, startedGroup, type WorkerServices } from '../workers/workerCommand';
import type { GroupRequest } from '../workers/workerService';

const queue: WorkerTarget = { kind: 'queue', name: 'queue1' };
const channel: WorkerTarget = { kind: 'channel', name: 'channel1' };
const ordersByDefault = 20;
const ordersPerSecond = 2;
const listeningLimitMs = 60_000;

/**
 * The first tutorial: the same orders through a queue, where one of two workers gets each, and through a channel, where
 * both subscribers and the traffic panel get all. Whoever takes is there before whoever sends. redis-cli is at hand.
 *
 * `{connection?, count?, confirmed?}` → the groups `{producer, workers, publisher, subscribers}`, once all run. `count` is
 * the number of orders.
 */
export function tutorialQueueAgainstPubSub(services: WorkerServices & { readonly log: Log }): CommandHandler {
  return async (invocation) => {
    const profile = await tutorialConnection(services, invocation);
    const port = await services.connections.openForWriting(profile.id);
    const count = invocation.args.count('count', 1, 1_000_000) ?? ordersByDefault;
    const waiting = integer(await port.send(['LLEN', String(queue.name)]));
    await confirmTutorial(invocation, profile, String(queue.name), waiting);
    return new Tutorial(services, profile, port, count).run();
  };
}

class Tutorial {
  constructor(
    private readonly services: WorkerServices & { readonly log: Log },
    private readonly profile: ConnectionProfile,
    private readonly port: CommandPort,
    private readonly orders: number,
  ) {}

  async run(): Promise<Record<'producer' | 'workers' | 'publisher' | 'subscribers', StartedGroup>> {
    const service = this.services.workers;
    const pace = { rate: ordersPerSecond, count: this.orders };
    const before = await this.listeners();
    await this.openRedisCli();
    const go = gate();
    const [workers, producer] = await service.launch([
      this.request('queueWorker', queue, 2, {}),
      this.request('queueProducer', queue, 1, pace, go.opened),
    ]);
    const [subscribers, publisher] = await service.launch([
      this.request('channelSubscriber', channel, 2, {}),
      this.request('channelPublisher', channel, 1, pace, go.opened),
    ]);
    try {
      await this.takersListen([workers, subscribers], before);
      go.open();
    } catch (error) {
      go.fail(error);
      throw error;
    }
    const started = async ({ id }: WorkerGroup): Promise<StartedGroup> =>
      startedGroup(await service.started(id));
    return {
      workers: await started(workers),
      producer: await started(producer),
      subscribers: await started(subscribers),
      publisher: await started(publisher),
    };
  }

  /** For trying out what the workers do, behind their terminals. Where there is no redis-cli, the tutorial goes on. */
  private async openRedisCli(): Promise<void> {
    const { id, name, production } = this.profile;
    const title = plainTerminalName(`redis-cli · ${displayText(name, 60)}`);
    if (production || vscode.window.terminals.some((terminal) => terminal.name === title)) return;
    try {
      await vscode.commands.executeCommand(fullCommandId('terminal.redisCli'), { connection: id });
    } catch (error) {
      this.services.log.warn(toFailure(error).message);
    }
  }

  private request(
    template: WorkerTemplate,
    target: WorkerTarget,
    count: number,
    given: Readonly<Record<string, unknown>>,
    after?: Promise<unknown>,
  ): GroupRequest {
    return tutorialRequest(this.profile, {
      template,
      target,
      options: given,
      count,
      ...(after === undefined ? {} : { after }),
    });
  }

  /** Workers, subscribers and the panel are there; `before` listened on the channel already. */
  private async takersListen(groups: readonly WorkerGroup[], before: number): Promise<void> {
    const service = this.services.workers;
    await Promise.all(groups.map(({ id }) => service.started(id)));
    await vscode.commands.executeCommand(fullCommandId('channel.subscribe'), {
      connection: this.profile.id,
      channels: [channel.name],
    });
    await service.ready(groups.flatMap(({ workers }) => workers.map(({ id }) => id)));
    // Two subscribers, and the panel unless it had been listening before.
    await this.heardBy(before === 0 ? 3 : before + 2);
  }

  /** How many clients listen on the channel, by PUBSUB NUMSUB. */
  private async listeners(): Promise<number> {
    const reply = list(await this.port.send(['PUBSUB', 'NUMSUB', String(channel.name)]));
    return integer(reply[1] ?? null);
  }

  /** Waits until so many listen: what is published before is lost to the others. */
  private async heardBy(expected: number): Promise<void> {
    const deadline = performance.now() + listeningLimitMs;
    while ((await this.listeners()) < expected) {
      if (performance.now() > deadline) {
        const message = vscode.l10n.t('Not every subscriber listens on {0} yet.', String(channel.name));
        const hint = vscode.l10n.t('Look at the traffic panel and at the terminals of the subscribers.');
        throw new Failure('timeout', message, { hint });
      }
      await delay(100);
    }
  }
}
