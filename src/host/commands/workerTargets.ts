import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { decodeUtf8, fromBytes } from '../../core/messageValue';
import { requireName } from '../../core/queue';
import { type TargetKind, templateDescriptions, type WorkerTemplate } from '../../core/workerTemplates';
import type { WorkerTarget } from '../../protocol/workerLease';
import { askText } from '../ask';
import { missingArgument } from '../commandArguments';
import type { Invocation } from '../commandRunner';
import { askName } from '../commandTarget';
import { requireFitting } from '../workers/definedWorkers';
import { givenTargets } from '../workers/givenTargets';
import type { WorkerServices } from '../workers/workerCommand';
import { askNames } from './channelSubscribe';

/** What a worker is pointed at: its node's name, as a call from code says it, else asked for. */
export async function chooseTargets(
  { models }: WorkerServices,
  invocation: Invocation,
  profile: ConnectionProfile,
  template: WorkerTemplate,
): Promise<WorkerTarget[]> {
  const { args, node, interactive } = invocation;
  const { targetKind } = templateDescriptions[template];
  if (node !== undefined && 'name' in node && Buffer.isBuffer(node.name)) {
    if (template === 'priorityWorker') return askQueues(node.name);
    return [{ kind: node.kind === 'pattern' ? 'pattern' : targetKind, name: fromBytes(node.name) }];
  }
  const given = givenTargets(args, targetKind);
  if (given.length > 0) {
    requireFitting(template, given);
    return [...given];
  }
  if (!interactive) throw missingArgument('target');
  if (template === 'priorityWorker') return askQueues();
  const { catalog } = models.model(profile);
  if (template === 'channelSubscriber') {
    const title = vscode.l10n.t('On which channels and patterns?');
    const active = catalog.channels.map(({ name }) => name);
    const { channels, patterns } = await askNames(title, active);
    return [
      ...channels.map((name): WorkerTarget => ({ kind: 'channel', name })),
      ...patterns.map((name): WorkerTarget => ({ kind: 'pattern', name })),
    ];
  }
  const known = targetKind === 'channel' ? catalog.channels : catalog.entries(targetKind);
  const offered = known.map((entry) => entry.name);
  return [{ kind: targetKind, name: fromBytes(await askTarget(targetKind, offered)) }];
}

/** The queues of a priority worker, in one line that offers a second queue below the one that is known. */
async function askQueues(first?: Buffer): Promise<WorkerTarget[]> {
  const known = first === undefined ? undefined : decodeUtf8(first);
  const names = (text: string): string[] =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  const answer = await askText({
    title: vscode.l10n.t('From which queues, the most urgent first?'),
    prompt: vscode.l10n.t('Names with commas between them; they need not exist yet'),
    value: known === undefined ? 'high, normal, low' : `${known}:high, ${known}`,
    check: (text) => requireName(Buffer.from(names(text).join()), vscode.l10n.t('queue')),
  });
  return names(answer).map((name) => ({ kind: 'queue', name }));
}

interface TargetWords {
  readonly what: string;
  readonly title: string;
}

function targetWords(kind: TargetKind): TargetWords {
  switch (kind) {
    case 'queue':
      return { what: vscode.l10n.t('queue'), title: vscode.l10n.t('On which queue?') };
    case 'stream':
      return { what: vscode.l10n.t('stream'), title: vscode.l10n.t('On which stream?') };
    case 'channel':
      return { what: vscode.l10n.t('channel'), title: vscode.l10n.t('On which channel?') };
  }
}

function askTarget(kind: TargetKind, known: readonly Buffer[]): Promise<Buffer> {
  const { what, title } = targetWords(kind);
  return askName({
    title,
    what,
    known,
    prompt: vscode.l10n.t('Name of the {0}; it need not exist yet', what),
  });
}
