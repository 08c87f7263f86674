import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import { bytesOrNil, list } from '../../core/redisReply';
import { isAlive, type WorkerGroup } from '../../core/workerGroups';
import type { CommandHandler } from '../commandRunner';
import { gate } from '../tutorials/gate';
import { playTutorial, type Stage } from '../tutorials/stage';
import { doneBy, hasEnded } from '../tutorials/tutorialWorkers';
import type { WorkerServices } from '../workers/workerCommand';

const queue = 'email_queue';
const target = { kind: 'queue', name: queue } as const;
const processing = `${queue}:processing`;
const jobs = 4;
const lookEveryMs = 50;
/** A reliable worker that is silent for so long counts as dead. */
const leaseSeconds = 2;

/**
 * The third tutorial: ids of jobs on a queue and a hash for each, a worker that keeps their status, and one that is killed
 * in mid-work: its message is in the processing list, is reclaimed and finished.
 *
 * `{connection?, confirmed?}` → `{run, stuck, statuses, left}` once it is over: the ids begin with `run`, `stuck` is the
 * job that the killed worker left, then how the jobs ended by id, and what is left in queue and processing list.
 */
export function tutorialEmailJobs(services: WorkerServices): CommandHandler {
  return (invocation) =>
    playTutorial(services, invocation, { queue }, async (stage) => {
      // The hashes of another run, or of the user's own, are not touched.
      const run = randomBytes(2).toString('hex');
      await finishJobs(stage, `${run}-a`);
      await stage.story.pause();
      const stuck = await killAndReclaim(stage, `${run}-b`);
      const ids = ['a', 'b'].flatMap((part) => numbered(`${run}-${part}`));
      const statuses = Object.fromEntries(
        await Promise.all(ids.map(async (id) => [id, await statusOf(stage, id)] as const)),
      );
      const left = (await keysLeft(stage)).length;
      stage.story.say(
        vscode.l10n.t(
          'The hashes stay, so that others see how the jobs ended: job:{0} and so on.',
          ids[0] ?? '',
        ),
      );
      return { run, stuck, statuses, left };
    });
}

async function finishJobs(stage: Stage, part: string): Promise<void> {
  const { story, workers } = stage;
  story.step(vscode.l10n.t('Jobs: an id on the queue, the rest in a hash'));
  story.say(
    vscode.l10n.t(
      'A producer writes a hash for each e-mail, with the status pending, and pushes only its id on {0}.',
      queue,
    ),
  );
  const starts = gate();
  const [producer, worker] = await stage.launch(
    { template: 'jobProducer', target, options: produce(part) },
    {
      template: 'jobWorker',
      target,
      options: { workMs: 600, drain: true, consume: 'tail' },
      after: starts.opened,
    },
  );
  try {
    await stage.until(producer.id, vscode.l10n.t('the producer'), hasEnded);
    await stage.ask(['LRANGE', queue, 0, -1]);
    await stage.ask(['HGETALL', `job:${part}-1`]);
    story.step(vscode.l10n.t('A worker keeps the status'));
    story.say(vscode.l10n.t('It takes an id, sets processing, sends the e-mail, and sets sent or failed.'));
    starts.open();
    await workers.started(worker.id);
  } catch (error) {
    starts.fail(error);
    throw error;
  }
  await stage.until(worker.id, vscode.l10n.t('the job worker'), hasEnded);
  await stage.ask(['HGET', `job:${part}-1`, 'status']);
  story.lesson(
    vscode.l10n.t(
      'Anybody can ask for the status of a job, without touching the queue. But an id that was taken by RPOP or BRPOP is in no list any more: had this worker died, its job would say processing for ever.',
    ),
  );
}

async function killAndReclaim(stage: Stage, part: string): Promise<string> {
  const { story, workers } = stage;
  story.step(vscode.l10n.t('A worker dies in mid-work'));
  story.say(
    vscode.l10n.t(
      'The reliable worker moves each id by LMOVE, or BLMOVE where it waits for more, to {0} and removes it there when the work is done. It gets {1} more jobs and is killed at its first.',
      processing,
      jobs,
    ),
  );
  const starts = gate();
  const options = { jobs: true, drain: true, workMs: 1_500, leaseSeconds, consume: 'tail' };
  const [producer, group] = await stage.launch(
    { template: 'jobProducer', target, options: produce(part) },
    { template: 'reliableWorker', target, options, after: starts.opened },
  );
  try {
    await stage.until(producer.id, vscode.l10n.t('the producer'), hasEnded);
    starts.open();
    await workers.started(group.id);
  } catch (error) {
    starts.fail(error);
    throw error;
  }
  const stuck = await firstTaken(stage, part);
  kill(workers.group(group.id));
  await stage.until(group.id, vscode.l10n.t('the killed worker'), hasEnded);
  story.say(vscode.l10n.t('Killed (SIGKILL): it could not tidy up. This is what it left:'));
  await stage.ask(['LRANGE', processing, 0, -1]);
  await stage.ask(['HGET', `job:${stuck}`, 'status']);
  story.lesson(vscode.l10n.t('The job is not lost: its id is in the processing list, and nowhere else.'));
  await story.pause();
  story.step(vscode.l10n.t('Reclaimed and finished'));
  story.say(
    vscode.l10n.t(
      'The worker is restarted. Once the dead one has given no sign of life for {0} s, its id goes back to the front of the queue (↺) and is worked on again.',
      leaseSeconds,
    ),
  );
  const [worker] = group.workers;
  if (worker !== undefined) await workers.restart(worker.id);
  const ended = await stage.until(group.id, vscode.l10n.t('the restarted worker'), hasEnded);
  await stage.ask(['HGET', `job:${stuck}`, 'status']);
  await stage.ask(['LRANGE', processing, 0, -1]);
  story.lesson(
    vscode.l10n.t(
      'All {0} jobs are done, {1} by the restarted worker. At least once, that is: a worker that dies between its work and the removal has the e-mail sent twice, so let the work be harmless when repeated.',
      jobs,
      doneBy(ended),
    ),
  );
  return stuck;
}

function produce(part: string) {
  const message = '{"to":"user{n}@example.com","subject":"Welcome"}';
  return { rate: 10, count: jobs, consume: 'tail', id: `${part}-{n}`, message };
}

function numbered(part: string): readonly string[] {
  return Array.from({ length: jobs }, (_, index) => `${part}-${index + 1}`);
}

/** Waits until a worker has a job of this part in hand. @returns its id */
async function firstTaken(stage: Stage, part: string): Promise<string> {
  const id = `${part}-1`;
  await stage.poll(vscode.l10n.t('the reliable worker'), lookEveryMs, async () => {
    return (await statusOf(stage, id)) === 'processing';
  });
  return id;
}

function kill({ workers }: WorkerGroup): void {
  const state = workers.find(isAlive)?.state;
  if (state?.kind !== 'running') {
    throw new Failure('internal', vscode.l10n.t('The worker had ended before it could be killed.'));
  }
  process.kill(state.pid, 'SIGKILL');
}

async function statusOf({ port }: Stage, id: string): Promise<string> {
  return bytesOrNil(await port.send(['HGET', `job:${id}`, 'status']))?.toString() ?? '';
}

async function keysLeft({ port }: Stage): Promise<readonly unknown[]> {
  const lists = await Promise.all([queue, processing].map((key) => port.send(['LRANGE', key, 0, -1])));
  return lists.flatMap((each) => list(each));
}
