import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { displayBytes } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { decodeUtf8, fromBytes } from '../../core/messageValue';
import { requireName } from '../../core/queue';
import { mostCopies } from '../../core/savedWorker';
import type { WorkerTarget } from '../../protocol/workerLease';
import { askPick, askText } from '../ask';
import type { InvokedNode } from '../commandRunner';
import type { ConnectionModels } from '../explorer/connectionModels';
import { plainLabel } from '../plainText';

type TargetKind = WorkerTarget['kind'];

const icons: Readonly<Record<TargetKind, string>> = {
  queue: 'list-ordered',
  stream: 'layers',
  channel: 'broadcast',
  pattern: 'regex',
};
const mostOffered = 500;

/** What a script is pointed at, from the node that was clicked; undefined where that is no name. */
export function nodeTarget(node: InvokedNode | undefined): WorkerTarget | undefined {
  if (node === undefined || !('name' in node) || !Buffer.isBuffer(node.name)) return undefined;
  const kind = (Object.keys(icons) as TargetKind[]).find((each) => each === node.kind);
  return kind === undefined ? undefined : { kind, name: fromBytes(node.name) };
}

/** Asks what a script is pointed at, with the known names of that kind, or of all kinds, on offer. */
export async function askTarget(
  models: ConnectionModels,
  profile: ConnectionProfile,
  node: InvokedNode | undefined,
  program: string,
): Promise<WorkerTarget> {
  const { catalog } = models.model(profile);
  const kinds = groupKinds(node);
  const names = (kind: TargetKind): readonly Buffer[] => {
    if (kind === 'queue' || kind === 'stream') return catalog.entries(kind).map(({ name }) => name);
    return kind === 'channel' ? catalog.channels.map(({ name }) => name) : [];
  };
  const known = kinds.flatMap((kind) =>
    names(kind)
      // An environment variable holds text only.
      .filter((name) => decodeUtf8(name) !== undefined)
      .slice(0, mostOffered)
      .map((name) => ({
        label: `$(${icons[kind]}) ${plainLabel(displayBytes(name))}`,
        description: kindName(kind),
        value: { kind, name: fromBytes(name) as WorkerTarget['name'] | undefined },
      })),
  );
  const others = kinds.map((kind) => ({
    label: `$(${icons[kind]}) ${otherName(kind)}`,
    description: '',
    value: { kind, name: undefined as WorkerTarget['name'] | undefined },
  }));
  const title = vscode.l10n.t('Run {0} on what?', program);
  const { kind, name } = await askPick(title, [...known, ...others]);
  if (name !== undefined) return { kind, name };
  const text = await askText({
    title,
    prompt: vscode.l10n.t('Name of the {0}; it need not exist yet', kindName(kind)),
    check: (typed) => requireName(Buffer.from(typed), kindName(kind)),
  });
  return { kind, name: text };
}

/** Asks how many copies shall run. */
export async function askCopies(title: string, least: number, value: number): Promise<number> {
  const check = (text: string): number => {
    const count = Number(text.trim());
    if (text.trim() !== '' && Number.isInteger(count) && count >= least && count <= mostCopies) return count;
    throw new Failure('argument', vscode.l10n.t('Enter a whole number from {0} to {1}.', least, mostCopies));
  };
  const text = await askText({
    title,
    prompt: vscode.l10n.t('{0} to {1}; each runs in a terminal of its own', least, mostCopies),
    value: String(value),
    check,
  });
  return check(text);
}

/** The kinds of names below a group of the sidebar; all kinds where none was clicked. */
function groupKinds(node: InvokedNode | undefined): readonly TargetKind[] {
  switch (node?.kind) {
    case 'queues':
      return ['queue'];
    case 'streams':
      return ['stream'];
    case 'channels':
      return ['channel', 'pattern'];
    default:
      return ['queue', 'stream', 'channel', 'pattern'];
  }
}

function kindName(kind: TargetKind): string {
  switch (kind) {
    case 'queue':
      return vscode.l10n.t('queue');
    case 'stream':
      return vscode.l10n.t('stream');
    case 'channel':
      return vscode.l10n.t('channel');
    case 'pattern':
      return vscode.l10n.t('pattern');
  }
}

function otherName(kind: TargetKind): string {
  switch (kind) {
    case 'queue':
      return vscode.l10n.t('Another queue…');
    case 'stream':
      return vscode.l10n.t('Another stream…');
    case 'channel':
      return vscode.l10n.t('Another channel…');
    case 'pattern':
      return vscode.l10n.t('A pattern of channels…');
  }
}
