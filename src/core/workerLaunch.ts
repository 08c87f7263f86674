import * as l10n from '@vscode/l10n';
import type { Endpoint } from '../protocol/endpoint';
import type { BuiltInWorkerConfig, WorkerCommand, WorkerTarget } from '../protocol/workerLease';
import { clientNameVariable, composeEndpoint, composeLine } from './composeLaunch';
import { displayBytes, displayText } from './displayText';
import { Failure } from './failure';
import { decodeUtf8, fromBytes, toBytes } from './messageValue';
import { redisCliLine } from './redisCliLaunch';
import { redisUrl } from './redisUrl';
import { programName, type RunnableProgram } from './workerProgram';

/** All that decides how one worker is run. */
export interface WorkerSpec {
  readonly program: RunnableProgram;
  readonly group: string;
  /** 1 for the first copy. */
  readonly number: number;
  readonly targets: readonly WorkerTarget[];
  readonly connectionName: string;
  readonly endpoint: Endpoint;
}

/** Node and our workers bundle on this machine; `electron` where the Node is the editor's own executable. */
export interface WorkerRuntime {
  readonly node: string;
  readonly script: string;
  readonly electron: boolean;
}

/** Where a launcher finds its extension host. */
export interface WorkerLease {
  readonly address: string;
  readonly worker: string;
  /** Good for one hello. */
  readonly token: string;
}

/** What the launcher's terminal tells it. */
export const leaseVariables = {
  address: 'REDIS_MESSAGING_LEASE',
  worker: 'REDIS_MESSAGING_WORKER',
  token: 'REDIS_MESSAGING_TOKEN',
} as const;

/** Makes the editor's executable behave as plain Node; it must not reach the user's own programs. */
export const electronVariable = 'ELECTRON_RUN_AS_NODE';

/** A terminal as VS Code creates it: argv and environment, never a shell. Every extension can read all of this. */
export interface TerminalDescription {
  readonly name: string;
  readonly shellPath: string;
  readonly shellArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The terminal in which a worker's launcher runs. Holds nothing of the worker but the lease and a one-time token. */
export function launcherTerminal(
  name: string,
  runtime: WorkerRuntime,
  lease: WorkerLease,
): TerminalDescription {
  return {
    name,
    shellPath: runtime.node,
    shellArgs: [runtime.script, 'launch'],
    env: {
      ...nodeEnvironment(runtime),
      [leaseVariables.address]: lease.address,
      [leaseVariables.worker]: lease.worker,
      [leaseVariables.token]: lease.token,
    },
  };
}

/**
 * What the launcher spawns for a worker. The target travels as data: over IPC for ours, in the environment for a script.
 * @throws {Failure} `argument` when the target is empty, or cannot stand in an environment variable.
 */
export function workerLaunch(spec: WorkerSpec, runtime: WorkerRuntime): WorkerCommand {
  const targets = spec.targets.map((target) => ({ ...target, name: fromBytes(targetBytes(target)) }));
  const name = `${programName(spec.program)} #${spec.number}`;
  const clientName = workerClientName(spec.group, spec.number);
  const { program } = spec;
  if (program.kind === 'builtIn') {
    const builtIn: BuiltInWorkerConfig = {
      template: program.template,
      name,
      targets,
      connectionName: spec.connectionName,
      endpoint: spec.endpoint,
      clientName,
      options: program.options,
    };
    return {
      name,
      program: runtime.node,
      args: [runtime.script, 'run'],
      env: nodeEnvironment(runtime),
      builtIn,
    };
  }
  if (program.kind === 'redisCli') return { name, ...redisCliLine(program, spec.endpoint), closeAtEnd: true };
  const { interpreter: line, file, args, cwd, compose } = program;
  const endpoint = compose === undefined ? spec.endpoint : composeEndpoint(spec.endpoint, compose);
  const env = {
    REDIS_URL: redisUrl(endpoint),
    ...targetEnvironment(spec.targets),
    [clientNameVariable]: clientName,
  };
  if (compose !== undefined) return { name, ...composeLine(compose, line, args, cwd, env) };
  const [interpreter, ...before] = line;
  return {
    name,
    program: interpreter,
    args: [...before, file, ...args],
    cwd,
    env,
  };
}

/** The name of a worker's terminal, for example "queue worker #1 · queue1". */
export function workerTerminalName(name: string, number: number, targets: readonly WorkerTarget[]): string {
  const on = targets.length === 0 ? '' : ` · ${targetsLabel(targets)}`;
  return plainTerminalName(`${name} #${number}${on}`);
}

/** A terminal's name as it is meant: VS Code would draw `$(zap)` in it as an icon. */
export function plainTerminalName(name: string): string {
  return name.replaceAll('$(', '\\$(');
}

/** The names of what a worker uses as they may stand in a label. */
export function targetsLabel(targets: readonly WorkerTarget[]): string {
  return displayText(targets.map(({ name }) => displayBytes(toBytes(name), 60)).join(', '), 80);
}

/** What CLIENT LIST shows for a worker. Redis allows no space in it, so `group` has none. */
export function workerClientName(group: string, number: number): string {
  return `redis-messaging:${group}:${number}`;
}

/** The bytes of a queue or channel name. @throws {Failure} `argument` when it is empty. */
export function targetBytes(target: WorkerTarget): Buffer {
  const bytes = toBytes(target.name);
  if (bytes.length > 0) return bytes;
  throw new Failure('argument', l10n.t('The name is empty.'), {
    hint: l10n.t('Name the queue or channel for the worker.'),
  });
}

/** The first queue as REDIS_QUEUE, and likewise REDIS_STREAM, REDIS_CHANNEL and REDIS_PATTERN. */
function targetEnvironment(targets: readonly WorkerTarget[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const target of targets) env[`REDIS_${target.kind.toUpperCase()}`] ??= environmentText(target);
  return env;
}

function environmentText(target: WorkerTarget): string {
  const text = decodeUtf8(targetBytes(target));
  if (text !== undefined && !text.includes('\0')) return text;
  throw new Failure('argument', l10n.t('The name cannot be handed to a script: it is no text.'), {
    hint: l10n.t('Use a built-in worker, which takes any bytes.'),
  });
}

function nodeEnvironment(runtime: WorkerRuntime): Record<string, string> {
  return runtime.electron ? { [electronVariable]: '1' } : {};
}
