import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import { integer } from '../../core/redisReply';
import type { WorkerGroup } from '../../core/workerGroups';
import { lastLines } from '../../core/workerWords';
import type { CommandHandler } from '../commandRunner';
import { requireTrust } from '../requireTrust';
import { gate } from '../tutorials/gate';
import { playTutorial, type Stage } from '../tutorials/stage';
import { hasEnded } from '../tutorials/tutorialWorkers';
import { installLibrary, installLine, missingLibrary } from '../workers/scriptNeeds';
import { scriptTemplatePath } from '../workers/scriptTemplate';
import type { WorkerServices } from '../workers/workerCommand';

const queue = 'hotqueue:tutorial';
const database = 1;
const lookEveryMs = 50;
/** A length is shown when it has fallen by so much. */
const shownFall = 3;

/**
 * The fourth tutorial: messages put on a HotQueue by a Python script, in database 1, and consumed by a function with
 * `@queue.worker` in another terminal, while the length of the list falls.
 *
 * `{connection?, confirmed?}` → `{lengths}` once it is over: the lengths that were seen, from the first to 0.
 */
export function tutorialHotQueue(services: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust();
    await requirePython(invocation.interactive);
    return playTutorial(services, invocation, { queue, database }, async (stage) => ({
      lengths: await putAndConsume(stage),
    }));
  };
}

/** Offers to install redis-py where it is missing. @throws {Failure} `notFound`, `cancelled` */
async function requirePython(interactive: boolean): Promise<void> {
  const missing = await missingLibrary(scriptTemplatePath('hotqueue_put.py'), 'python');
  if (missing === undefined) return;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (interactive && (await installLibrary(missing, folder?.uri.fsPath ?? process.cwd()))) return;
  throw new Failure('notFound', vscode.l10n.t('Its scripts need Python with redis-py.'), {
    hint: vscode.l10n.t('Install it with: {0}', installLine(missing)),
  });
}

async function putAndConsume(stage: Stage): Promise<readonly number[]> {
  const { story } = stage;
  const put = scriptTemplatePath('hotqueue_put.py');
  const work = scriptTemplatePath('hotqueue_worker.py');
  await showDecorator(work);
  story.step(vscode.l10n.t('Put from a Python script'));
  story.say(
    vscode.l10n.t('hotqueue_put.py puts ten messages on the HotQueue "tutorial" in database {0}.', database),
  );
  const starts = gate();
  // Not as their target: the sidebar would look for the queue in the connection's own database.
  const args = ['--database', String(database), '--queue', queue];
  const [producer, worker] = await stage.launch(
    { script: { file: put, args } },
    { script: { file: work, args: [...args, '--seconds', '0.4'] }, after: starts.opened },
  );
  let first: number;
  try {
    requireSuccess(await stage.until(producer.id, 'hotqueue_put.py', hasEnded));
    await stage.ask(['SELECT', database]);
    first = await stage.length(queue);
    await stage.ask(['LINDEX', queue, 0]);
    story.lesson(
      vscode.l10n.t(
        'A HotQueue is the list hotqueue:<name>. Its messages are pickled: only Python reads them, and unpickling runs what the sender wants. With --json, both scripts use JSON instead.',
      ),
    );
    await story.pause();
    story.step(vscode.l10n.t('Consumed by a decorated function'));
    story.say(
      vscode.l10n.t('hotqueue_worker.py runs the function below @queue.worker for each message, by BLPOP.'),
    );
    starts.open();
    await stage.workers.started(worker.id);
  } catch (error) {
    starts.fail(error);
    throw error;
  }
  const lengths = [first, ...(await fallingLengths(stage, worker.id, first))];
  story.lesson(
    vscode.l10n.t(
      'The length has fallen from {0} to 0. The worker waits for more: restart hotqueue_put.py in the Workers view, or add a copy of the worker. "New Worker Script…" writes both scripts into your folder.',
      first,
    ),
  );
  return lengths;
}

/** Shows how the length falls, until the list is empty. */
async function fallingLengths(stage: Stage, worker: string, first: number): Promise<readonly number[]> {
  const seen: number[] = [];
  await stage.poll('hotqueue_worker.py', lookEveryMs, async () => {
    const group = stage.workers.group(worker);
    if (hasEnded(group)) requireSuccess(group);
    const length = integer(await stage.port.send(['LLEN', queue]));
    if (length > 0 && (seen.at(-1) ?? first) - length < shownFall) return false;
    seen.push(length);
    stage.story.command(`LLEN ${queue}`, `(integer) ${length}`);
    return length === 0;
  });
  return seen;
}

/** @throws {Failure} with what the program said last, where it failed */
function requireSuccess({ workers }: WorkerGroup): void {
  const state = workers[0]?.state;
  if (state?.kind !== 'ended' || (state.why === 'exit' && state.end.code === 0)) return;
  const said = lastLines(state.end.stderrTail, 1).join('');
  throw new Failure('internal', vscode.l10n.t('The Python script failed: {0}', said || '–'), {
    hint: vscode.l10n.t('Its terminal may tell more.'),
  });
}

/** Opens the worker's source beside the story, at the decorator. */
async function showDecorator(file: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const at = document.positionAt(Math.max(0, document.getText().indexOf('@queue.worker\n')));
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: true,
    selection: new vscode.Range(at, at.translate(4)),
  });
}
