import { stripVTControlCharacters } from 'node:util';
import * as l10n from '@vscode/l10n';
import type { WorkerEnd } from '../protocol/workerLease';
import { displayText } from './displayText';
import {
  type EndReason,
  type GroupDefinition,
  isHeld,
  type Worker,
  type WorkerGroup,
  type WorkerState,
} from './workerGroups';
import { targetsLabel } from './workerLaunch';
import { programName, type WorkerProgram } from './workerProgram';
import type { WorkerTemplate } from './workerTemplates';

/** "queue worker on task_queue" */
export function groupLabel(group: Pick<GroupDefinition, 'program' | 'targets'>): string {
  if (group.targets.length === 0) return programName(group.program);
  return l10n.t('{0} on {1}', programName(group.program), targetsLabel(group.targets));
}

/** "2 running · 1 ended" */
export function groupDescription(group: WorkerGroup): string {
  const count = (kind: WorkerState['kind']): number =>
    group.workers.filter(({ state }) => state.kind === kind).length;
  const parts: string[] = [];
  if (count('running') > 0) parts.push(l10n.t('{0} running', count('running')));
  const starting = count('starting') + count('resuming');
  if (starting > 0) parts.push(l10n.t('{0} starting', starting));
  if (count('waiting') > 0) parts.push(l10n.t('{0} to restart', count('waiting')));
  if (count('ended') > 0) parts.push(l10n.t('{0} ended', count('ended')));
  return parts.join(' · ');
}

/** "running · 12 processed · 2.0/s · pid 4711 · 2 min", as of `now`. */
export function workerDescription(group: GroupDefinition, worker: Worker, now: number): string {
  const [state, ...rest] = stateParts(group, worker.state, now);
  const doing = doingText(worker);
  // Count and activity before what is cut off first in a narrow sidebar.
  return [state, ...countParts(group.program, worker), ...(doing === undefined ? [] : [doing]), ...rest].join(
    ' · ',
  );
}

/** As {@link workerDescription}, for a row whose icon says already that it runs: what it does comes first. */
export function workerRow(group: GroupDefinition, worker: Worker, now: number): string {
  const { state } = worker;
  const whole = workerDescription(group, worker, now);
  const doing = doingText(worker);
  if (state.kind !== 'running' || state.stopping || doing === undefined) return whole;
  const rest = whole.split(' · ').filter((part) => part !== doing);
  return [doing, ...rest.slice(1)].join(' · ');
}

/** Name, state and, where it failed, the last that it said; lines of plain text. */
export function workerTooltip(group: GroupDefinition, worker: Worker, now: number): string {
  const lines = [`${groupLabel(group)} #${worker.number}`, workerDescription(group, worker, now)];
  lines.push(l10n.t('connection {0}', displayText(group.connection.name)));
  if (isHeld(worker)) {
    lines.push(l10n.t('Ctrl+S in its terminal holds it back; "Resume Terminal Output" lets it go on.'));
  }
  if ('end' in worker.state) lines.push(...lastLines(worker.state.end.stderrTail, tooltipLines));
  return lines.join('\n');
}

/** What a worker does while it runs, where that is known. */
function doingText(worker: Worker): string | undefined {
  if (worker.state.kind !== 'running') return undefined;
  return isHeld(worker) ? l10n.t('waits for its terminal') : worker.activity;
}

function stateParts(group: GroupDefinition, state: WorkerState, now: number): string[] {
  switch (state.kind) {
    case 'starting':
      return [state.stopping ? l10n.t('stopping') : l10n.t('starting')];
    case 'resuming':
      return [l10n.t('window reloaded, looking for it')];
    case 'running': {
      const what = state.stopping ? l10n.t('stopping') : l10n.t('running');
      return [what, l10n.t('pid {0}', state.pid), uptime(now - state.since)];
    }
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((state.until - now) / 1_000));
      const next = l10n.t('restarts in {0} s ({1} of {2})', seconds, state.attempt, group.restarts);
      return [next, endText(state.end, state.why)];
    }
    case 'ended':
      return [endText(state.end, state.why, state.stopped)];
  }
}

function endText(end: WorkerEnd, why: EndReason, stopped = false): string {
  switch (why) {
    case 'notStarted':
      return stopped ? l10n.t('stopped before it had started') : l10n.t('could not be started');
    case 'terminalClosed':
      return l10n.t('ended, its terminal was closed');
    case 'lost':
      return l10n.t('ended, its launcher was killed');
    case 'exit':
      if (stopped && end.signal === 'SIGKILL') return l10n.t('killed, since it did not stop when asked');
      if (stopped && end.code !== null && end.code !== 0) {
        return l10n.t('stopped, exited with {0}', end.code);
      }
      return end.signal === null
        ? l10n.t('exited with {0}', end.code ?? 0)
        : l10n.t('ended by {0}', end.signal);
  }
}

function countParts(program: WorkerProgram, worker: Worker): string[] {
  const { count } = worker;
  if (count === undefined || program.kind !== 'builtIn') return [];
  const done = doneText(program.template, count.done);
  return worker.state.kind === 'running' && count.perSecond > 0
    ? [done, l10n.t('{0}/s', count.perSecond.toFixed(count.perSecond < 10 ? 1 : 0))]
    : [done];
}

function doneText(template: WorkerTemplate, done: number): string {
  switch (template) {
    case 'queueProducer':
    case 'jobProducer':
      return l10n.t('{0} pushed', done);
    case 'queueWorker':
    case 'reliableWorker':
    case 'priorityWorker':
    case 'jobWorker':
    case 'streamConsumer':
      return l10n.t('{0} processed', done);
    case 'delayedScheduler':
      return l10n.t('{0} moved', done);
    case 'streamProducer':
      return l10n.t('{0} added', done);
    case 'channelPublisher':
      return l10n.t('{0} published', done);
    case 'channelSubscriber':
      return l10n.t('{0} received', done);
  }
}

/** Coarse, so that the tree need not change every second: "12 s" in steps of 5, "3 min", "2 h". */
function uptime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 5) return l10n.t('just started');
  if (seconds < 60) return l10n.t('{0} s', Math.floor(seconds / 5) * 5);
  if (seconds < 3_600) return l10n.t('{0} min', Math.floor(seconds / 60));
  return l10n.t('{0} h', Math.floor(seconds / 3_600));
}

const tooltipLines = 12;

/** The last lines of what a program said, as they may stand in a label. */
export function lastLines(stderr: string, most: number): string[] {
  const lines = stripVTControlCharacters(stderr)
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return lines.slice(-most).map((line) => displayText(line, 200));
}
