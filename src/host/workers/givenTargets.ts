import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import { fromBytes } from '../../core/messageValue';
import type { WorkerTarget } from '../../protocol/workerLease';
import type { CommandArguments } from '../commandArguments';

const kinds = ['queue', 'stream', 'channel', 'pattern'] as const;
const fields = ['target', 'targets', 'patterns'] as const;

/**
 * What a call from code points a worker at, said in either way: `target`, `targets` and `patterns`, or `queue`, `stream`,
 * `channel` and `pattern`, each a name or a list of names.
 * @param usual what a `target` is, unless the other way says its kind
 * @throws {Failure} `argument` where the two ways name different things
 */
export function givenTargets(args: CommandArguments, usual: WorkerTarget['kind']): readonly WorkerTarget[] {
  const named = [...(list(args, 'target') ?? []), ...(args.bytesList('targets') ?? [])];
  const byKind = kinds.flatMap((kind) => ofKind(kind, list(args, kind)));
  const patterns = ofKind('pattern', args.bytesList('patterns'));
  if (named.length === 0) return [...byKind, ...patterns];
  if (byKind.length === 0) return [...ofKind(usual, named), ...patterns];
  if (JSON.stringify(named.map(fromBytes)) === JSON.stringify(byKind.map(({ name }) => name))) {
    return [...byKind, ...patterns];
  }
  const what = vscode.l10n.t(
    '"{0}" and "{1}" name different things.',
    given(args, fields),
    given(args, kinds),
  );
  throw new Failure('argument', what, { hint: vscode.l10n.t('Give one of them. Nothing was started.') });
}

/** The arguments of a script's call with its targets said by kind, as settings say them. */
export function withTargetsByKind(args: CommandArguments): Readonly<Record<string, unknown>> {
  if (!fields.some((field) => args.has(field))) return args.all;
  const targets = givenTargets(args, 'queue');
  const byKind = kinds.flatMap((kind) => {
    const names = targets.filter((target) => target.kind === kind).map(({ name }) => name);
    return names.length === 0 ? [] : [[kind, names] as const];
  });
  return { ...args.all, ...Object.fromEntries(byKind) };
}

function list(args: CommandArguments, field: string): readonly Buffer[] | undefined {
  if (Array.isArray(args.all[field])) return args.bytesList(field);
  const one = args.bytes(field);
  return one === undefined ? undefined : [one];
}

function ofKind(kind: WorkerTarget['kind'], names: readonly Buffer[] | undefined): WorkerTarget[] {
  return (names ?? []).map((name) => ({ kind, name: fromBytes(name) }));
}

function given(args: CommandArguments, among: readonly string[]): string {
  return among.find((field) => args.has(field)) ?? '';
}
