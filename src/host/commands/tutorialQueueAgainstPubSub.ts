import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { CommandPort } from '../../core/commandPort';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { cancelled, Failure } from '../../core/failure';
import { integer, list } from '../../core/redisReply';
import type { WorkerGroup } from '../../core/workerGroups';
import { type WorkerTemplate, workerOptions } from '../../core/workerTemplates';
import type { WorkerTarget } from '../../protocol/workerLease';
import { askPick } from '../ask';
import type { CommandHandler } from '../commandRunner';
import { confirmed, targetConnection } from '../commandTarget';
import { type CommandId, fullCommandId } from '../contributed';
import { requireTrust, type StartedGroup, startedGroup, type WorkerServices } from '../workers/workerCommand';
import type { GroupRequest } from '../workers/workerService';

const queue: WorkerTarget = { kind: 'queue', name: 'queue1' };
const channel: WorkerTarget = { kind: 'channel', name: 'channel1' };
const ordersByDefault = 20;
const ordersPerSecond = 2;
const listeningLimitMs = 15_000;

/**
 * The first tutorial: the same orders through a queue, where one of two workers gets each, and through a channel, where
 * both subscribers and the traffic panel get all. Whoever takes is there before whoever sends.
 *
 * `{connection?, count?, confirmed?}` → the groups `{producer, workers, publisher, subscribers}`, once all run. `count` is
 * the number of orders.
 */
export function tutorialQueueAgainstPubSub(services: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust();
    const { connections } = services;
    if (invocation.interactive && connections.profiles.length === 0)
      await offerServer(services, invocation.title);
    const profile = await targetConnection(connections, invocation);
    const port = await connections.openForWriting(profile.id);
    const count = invocation.args.count('count', 1, 1_000_000) ?? ordersByDefault;
    const waiting = integer(await port.send(['LLEN', String(queue.name)]));
    if (waiting > 0 || profile.production) {
      await confirmed(invocation, {
        question:
          waiting === 1
            ? vscode.l10n.t('queue1 already holds 1 message.')
            : vscode.l10n.t('queue1 already holds {0} messages.', waiting),
        detail:
          waiting > 0
            ? vscode.l10n.t('The tutorial’s workers would take them too. Nothing was started yet.')
            : vscode.l10n.t('The tutorial’s workers fill and empty it. Nothing was started yet.'),
        action: vscode.l10n.t('Start All the Same'),
        destroysOn: profile,
      });
    }
    return new Tutorial(services, profile, port, count).run();
  };
}

/** For a first look nobody need have a Redis. @throws {Failure} `cancelled` */
async function offerServer({ connections }: WorkerServices, title: string): Promise<void> {
  const next = await askPick<CommandId>(vscode.l10n.t('{0} · which Redis?', title), [
    {
      label: `$(play) ${vscode.l10n.t('Start a Local Redis')}`,
      description: vscode.l10n.t('it ends with this window'),
      value: 'server.start',
    },
    {
      label: `$(plug) ${vscode.l10n.t('Add Connection…')}`,
      description: vscode.l10n.t('to a Redis that runs already'),
      value: 'connection.add',
    },
  ]);
  await vscode.commands.executeCommand(fullCommandId(next));
  // It has told already why there is none.
  if (connections.profiles.length === 0) throw cancelled();
}

class Tutorial {
  constructor(
    private readonly services: WorkerServices,
    private readonly profile: ConnectionProfile,
    private readonly port: CommandPort,
    private readonly orders: number,
  ) {}

  async run(): Promise<Record<'producer' | 'workers' | 'publisher' | 'subscribers', StartedGroup>> {
    const service = this.services.workers;
    const pace = { rate: ordersPerSecond, count: this.orders };
    const before = await this.listeners();
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

  private request(
    template: WorkerTemplate,
    target: WorkerTarget,
    count: number,
    given: Readonly<Record<string, unknown>>,
    after?: Promise<unknown>,
  ): GroupRequest {
    const { id, name } = this.profile;
    const options = workerOptions(template, given);
    const program = { kind: 'builtIn', template, options } as const;
    const definition = { program, targets: [target], connection: { id, name }, restarts: 0 };
    return { definition, count, ...(after === undefined ? {} : { after }) };
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

interface Gate {
  /** Settles with the first call of the others. */
  readonly opened: Promise<void>;
  open(): void;
  fail(error: unknown): void;
}

function gate(): Gate {
  let open: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  // A launcher that has not asked yet hears of it when it does.
  opened.catch(() => undefined);
  return { opened, open, fail };
}
