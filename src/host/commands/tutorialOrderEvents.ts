import * as vscode from 'vscode';
import { type Failure, isFailure } from '../../core/failure';
import { integer, list } from '../../core/redisReply';
import type { CommandHandler } from '../commandRunner';
import { freePort } from '../localServer/loopbackPort';
import { gate } from '../tutorials/gate';
import { playTutorial, type Stage } from '../tutorials/stage';
import { doneBy, hasEnded } from '../tutorials/tutorialWorkers';
import type { WorkerServices } from '../workers/workerCommand';

const channel = 'order_events';
const queue = 'task_queue';
const orders = 3;
const tasks = 24;
const taskMs = 800;

/**
 * The second tutorial: events that are published with nobody listening and with a subscriber, a queue that waits and is
 * emptied by one worker and then by three, and the two sentences that beginners meet first: "message not received" and
 * "connection refused".
 *
 * `{connection?, confirmed?}` → `{unheard, heard, tasks, refused}` once it is over: messages that nobody and that the
 * subscriber received, tasks by worker, and the code of the failure at an address where nothing listens.
 */
export function tutorialOrderEvents(services: WorkerServices): CommandHandler {
  return (invocation) =>
    playTutorial(services, invocation, { queue }, async (stage) => {
      const published = await publishOrders(stage);
      await stage.story.pause();
      const done = await drainTasks(stage);
      const refused = await meetRefusal(stage);
      return { ...published, tasks: done, refused };
    });
}

async function publishOrders(stage: Stage): Promise<{ unheard: number; heard: number }> {
  const { story, workers } = stage;
  const target = { kind: 'channel', name: channel } as const;
  const options = (status: string) => ({
    rate: 2,
    count: orders,
    message: `{"order":{n},"status":"${status}"}`,
  });
  story.step(vscode.l10n.t('Events that nobody hears'));
  story.say(
    vscode.l10n.t(
      'A publisher sends {0} events on the channel {1}: its orders are created.',
      orders,
      channel,
    ),
  );
  const listens = gate();
  const pays = gate();
  const [early, subscriber, late] = await stage.launch(
    { template: 'channelPublisher', target, options: options('created') },
    { template: 'channelSubscriber', target, options: {}, after: listens.opened },
    { template: 'channelPublisher', target, options: options('paid'), after: pays.opened },
  );
  try {
    const listeners = integer(list(await stage.ask(['PUBSUB', 'NUMSUB', channel]))[1] ?? null);
    await stage.until(early.id, vscode.l10n.t('the first publisher'), hasEnded);
    story.lesson(
      listeners === 0
        ? vscode.l10n.t(
            'Message not received: nobody had subscribed, so PUBLISH answered 0 receivers, and Redis discarded the events. It keeps none for later.',
          )
        : vscode.l10n.t(
            'Subscribers were there already: {0}. Without them, Redis would have discarded the events.',
            listeners,
          ),
    );
    story.step(vscode.l10n.t('The same with a subscriber'));
    listens.open();
    await workers.started(subscriber.id);
    await workers.ready(subscriber.workers.map(({ id }) => id));
    await stage.ask(['PUBSUB', 'NUMSUB', channel]);
    story.say(vscode.l10n.t('Now the orders are paid.'));
    pays.open();
    await stage.until(late.id, vscode.l10n.t('the second publisher'), hasEnded);
    const { heard } = await heardBy(stage, subscriber.id);
    story.lesson(
      vscode.l10n.t(
        'Each event had a receiver. The subscriber has {0} events and never learns of those before: whoever must not miss any needs a queue or a stream.',
        heard,
      ),
    );
    story.say(vscode.l10n.t('A name with one wrong letter is another channel:'));
    await stage.ask(['PUBLISH', 'order_event', '{"order":1,"status":"lost"}']);
    return { unheard: listeners === 0 ? orders : 0, heard };
  } catch (error) {
    listens.fail(error);
    pays.fail(error);
    throw error;
  }
}

async function heardBy(stage: Stage, subscriber: string): Promise<{ heard: number }> {
  const what = vscode.l10n.t('the subscriber');
  const group = await stage.until(subscriber, what, (each) => doneBy(each) >= orders);
  return { heard: doneBy(group) };
}

async function drainTasks(stage: Stage): Promise<readonly number[]> {
  const { story, workers } = stage;
  const target = { kind: 'queue', name: queue } as const;
  story.step(vscode.l10n.t('Tasks that wait'));
  story.say(vscode.l10n.t('A producer pushes {0} tasks on the queue {1}, and nobody works.', tasks, queue));
  const starts = gate();
  const work = { workMs: taskMs, drain: true, consume: 'tail' };
  const push = { rate: 20, count: tasks, consume: 'tail', message: '{"task":{n}}' };
  const [producer, group] = await stage.launch(
    { template: 'queueProducer', target, options: push },
    { template: 'queueWorker', target, options: work, after: starts.opened },
  );
  try {
    await stage.until(producer.id, vscode.l10n.t('the producer'), hasEnded);
    await stage.length(queue);
    story.lesson(vscode.l10n.t('A queue keeps its messages until somebody takes them. Nothing is lost.'));
    story.step(vscode.l10n.t('One worker, then three'));
    starts.open();
    await workers.started(group.id);
  } catch (error) {
    starts.fail(error);
    throw error;
  }
  await stage.until(group.id, vscode.l10n.t('the worker'), (each) => doneBy(each) >= 2 || hasEnded(each));
  story.say(vscode.l10n.t('One worker needs {0} ms for each task.', taskMs));
  await stage.length(queue);
  story.say(vscode.l10n.t('That is slow. The group is scaled to three, as by + in the Workers view.'));
  await workers.scale(group.id, 3);
  const ended = await stage.until(group.id, vscode.l10n.t('the three workers'), hasEnded);
  await stage.length(queue);
  const shares = ended.workers.map(({ count }) => count?.done ?? 0);
  story.lesson(
    vscode.l10n.t(
      'Each task went to exactly one worker: {0}. They had been told to end when nothing is left.',
      shares.map((share, index) => `#${index + 1} ${share}`).join(', '),
    ),
  );
  return shares;
}

/** Asks at an address of this machine where nothing listens. @returns the code of the failure */
async function meetRefusal({ story, connections }: Stage): Promise<Failure['code'] | undefined> {
  const port = await freePort();
  story.step(vscode.l10n.t('Connection refused'));
  story.say(vscode.l10n.t('What a program with a wrong port meets, here redis://127.0.0.1:{0}:', port));
  try {
    await connections.probe(
      { host: '127.0.0.1', port, db: 0 },
      (closed) => closed.send(['PING']),
      story.signal,
    );
    return undefined;
  } catch (error) {
    if (!isFailure(error) || error.code === 'cancelled') throw error;
    story.failure(error);
    story.lesson(
      vscode.l10n.t(
        'The machine is there, but no program listens at this port: Redis is not running, or it listens at another one. In a container, 127.0.0.1 is the container itself. Workers of this extension say so and try again.',
      ),
    );
    return error.code;
  }
}
