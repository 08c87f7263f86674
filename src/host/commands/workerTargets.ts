import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { displayBytes } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { decodeUtf8, fromBytes } from '../../core/messageValue';
import { requireName } from '../../core/queue';
import {
  type TargetKind,
  templateDescriptions,
  templateName,
  type WorkerTemplate,
} from '../../core/workerTemplates';
import type { WorkerTarget } from '../../protocol/workerLease';
import { askPick, askText } from '../ask';
import { missingArgument } from '../commandArguments';
import type { Invocation } from '../commandRunner';
import { plainLabel } from '../plainText';
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
  const { targetKind, several } = templateDescriptions[template];
  if (node !== undefined && 'name' in node && Buffer.isBuffer(node.name)) {
    if (template === 'priorityWorker') return askQueues(node.name);
    return [{ kind: node.kind === 'pattern' ? 'pattern' : targetKind, name: fromBytes(node.name) }];
  }
  const given = givenTargets(args, targetKind);
  const subscriber = template === 'channelSubscriber';
  const stranger = given.find(({ kind }) => kind !== targetKind && !(subscriber && kind === 'pattern'));
  if (stranger !== undefined) {
    const name = templateName(template);
    const what =
      stranger.kind === 'pattern'
        ? vscode.l10n.t('A {0} takes no patterns.', name)
        : vscode.l10n.t('A {0} runs on a {1} only.', name, targetKind);
    throw new Failure('argument', what, { hint: vscode.l10n.t('Nothing was started.') });
  }
  if (several !== true && given.length > 1) {
    const what = vscode.l10n.t('A {0} has one target.', templateName(template));
    throw new Failure('argument', what, { hint: vscode.l10n.t('Start a worker for each.') });
  }
  if (given.length > 0) return [...given];
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
  return [{ kind: targetKind, name: await askTarget(targetKind, offered) }];
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

async function askTarget(kind: TargetKind, known: readonly Buffer[]): Promise<WorkerTarget['name']> {
  const { what, title } = targetWords(kind);
  const names = known.filter((name) => decodeUtf8(name) !== undefined);
  if (names.length > 0) {
    const picked = await askPick<Buffer | undefined>(title, [
      ...names.map((name) => ({ label: plainLabel(displayBytes(name)), value: name })),
      { label: vscode.l10n.t('Another name…'), value: undefined },
    ]);
    if (picked !== undefined) return fromBytes(picked);
  }
  return askText({
    title,
    prompt: vscode.l10n.t('Name of the {0}; it need not exist yet', what),
    check: (text) => requireName(Buffer.from(text), what),
  });
}
