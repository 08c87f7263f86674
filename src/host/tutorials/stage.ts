import { setTimeout as delay } from 'node:timers/promises';
import type { CommandPort, RedisCommand, RedisReply } from '../../core/commandPort';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { displayBytes } from '../../core/displayText';
import { cancelled, toFailure } from '../../core/failure';
import { integer } from '../../core/redisReply';
import type { WorkerGroup } from '../../core/workerGroups';
import type { Invocation } from '../commandRunner';
import type { WorkerServices } from '../workers/workerCommand';
import { Story } from './story';
import { confirmTutorial, tutorialConnection } from './tutorialConnection';
import {
  type GroupWait,
  groupUntil,
  type TutorialWorker,
  tookTooLong,
  tutorialRequest,
} from './tutorialWorkers';

/** How long workers of a tutorial may take for what takes them seconds. */
const waitLimitMs = 60_000;

/** Where a tutorial plays: a story to read, real workers in terminals, and a connection to look at what they do. */
export class Stage {
  private readonly launched: string[] = [];

  constructor(
    private readonly services: WorkerServices,
    readonly profile: ConnectionProfile,
    readonly port: CommandPort,
    readonly story: Story,
  ) {}

  get workers(): WorkerServices['workers'] {
    return this.services.workers;
  }

  get connections(): WorkerServices['connections'] {
    return this.services.connections;
  }

  /** Opens the terminals of workers, all side by side. */
  async launch<const Workers extends readonly TutorialWorker[]>(
    ...workers: Workers
  ): Promise<{ readonly [Index in keyof Workers]: WorkerGroup }> {
    const groups = await this.workers.launch(workers.map((each) => tutorialRequest(this.profile, each)));
    this.launched.push(...groups.map(({ id }) => id));
    // One for each, in order.
    return groups as unknown as { readonly [Index in keyof Workers]: WorkerGroup };
  }

  /** Waits until a group is so; see {@link groupUntil}. */
  until(group: string, what: string, isSo: GroupWait['isSo']): Promise<WorkerGroup> {
    const { signal } = this.story;
    return groupUntil(this.workers, group, { what, isSo, limitMs: waitLimitMs, signal });
  }

  /** Asks again and again until it is so, where nothing tells of it. @throws {Failure} `timeout`, `cancelled` */
  async poll(what: string, everyMs: number, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + waitLimitMs;
    while (!(await isSo())) {
      if (this.story.signal.aborted) throw cancelled();
      if (performance.now() > deadline) throw tookTooLong(what, waitLimitMs);
      await delay(everyMs);
    }
  }

  /** Sends a command and shows it with its reply. */
  async ask(command: RedisCommand): Promise<RedisReply> {
    const reply = await this.port.send(command, { signal: this.story.signal });
    this.story.command(command.map(word).join(' '), replyText(reply));
    return reply;
  }

  /** The length of a list, shown with its command. */
  async length(queue: string): Promise<number> {
    return integer(await this.ask(['LLEN', queue]));
  }

  /** Ends every worker that the tutorial started. */
  async clear(): Promise<void> {
    const known = new Set(this.workers.groups.map(({ id }) => id));
    const groups = this.launched.filter((id) => known.has(id)).map((id) => this.workers.group(id));
    await this.workers.stop(groups.flatMap(({ workers }) => workers.map(({ id }) => id)));
  }
}

/** What a tutorial plays with. */
export interface Play {
  /** The queue that it fills and empties. */
  readonly queue: string;
  /** Where that is not the connection's own. */
  readonly database?: number;
}

/**
 * Plays a tutorial: asks for what it needs, opens its story, and ends its workers where it cannot go on.
 * @returns what the tale returns, once it is told
 * @throws {Failure} with what went wrong, which the story shows too; `cancelled` when the reader has left
 */
export async function playTutorial<Result>(
  services: WorkerServices,
  invocation: Invocation,
  { queue, database }: Play,
  tale: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const { connections } = services;
  const profile = await tutorialConnection(services, invocation);
  const play = async (port: CommandPort): Promise<Result> => {
    await confirmTutorial(invocation, profile, queue, integer(await port.send(['LLEN', queue])));
    const story = new Story(invocation.title, invocation.interactive);
    const stage = new Stage(services, profile, port, story);
    try {
      return await tale(stage);
    } catch (error) {
      story.failure(toFailure(error));
      await stage.clear();
      throw error;
    } finally {
      story.end();
    }
  };
  const port = await connections.openForWriting(profile.id);
  if (database === undefined) return play(port);
  return connections.probe({ ...(await connections.endpoint(profile.id)), db: database }, play);
}

/** An argument as redis-cli takes it. */
function word(argument: RedisCommand[number]): string {
  const text = Buffer.isBuffer(argument) ? displayBytes(argument) : String(argument);
  return /[\s"']/.test(text) ? `'${text}'` : text;
}

function replyText(reply: RedisReply): string {
  if (reply === null) return '(nil)';
  if (typeof reply === 'number') return `(integer) ${reply}`;
  if (Buffer.isBuffer(reply)) return displayBytes(reply);
  return reply.length === 0 ? '(empty array)' : reply.map(replyText).join(' · ');
}
