import { basename } from 'node:path';
import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { workerDefinition } from '../../core/savedWorker';
import type { CommandHandler, Invocation } from '../commandRunner';
import { targetConnection } from '../commandTarget';
import { requireTrust } from '../requireTrust';
import { chosenScript } from '../workers/askScript';
import { askCopies, askTarget, nodeTarget } from '../workers/askWorker';
import { withTargetsByKind } from '../workers/givenTargets';
import { interpreterOf } from '../workers/makeCommand';
import { startDefined } from '../workers/startDefined';
import type { StartedGroup, WorkerServices } from '../workers/workerCommand';

/**
 * `{script, queue | stream | channel | pattern, connection?, count?, args?, cwd?, interpreter?, compose?, restartOnCrash?,
 * confirmed?}` → `{group, workers: [{id, name, pid}]}` once each copy runs. A `target` is a queue. The script finds its Redis
 * in REDIS_URL and its target in REDIS_QUEUE, REDIS_STREAM, REDIS_CHANNEL or REDIS_PATTERN.
 */
export function workerRunScript(services: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust();
    if (!invocation.interactive) return runGivenScript(services, invocation);
    const script = await chosenScript(invocation);
    await interpreterOf({ file: script });
    const { target, connection, name } = await chosenTarget(services, invocation, script);
    const count = await askCopies(vscode.l10n.t('How many copies of {0}?', name), 1, 1);
    return (
      await startDefined(services, invocation, [definitionOf({ script, target, connection, count })])
    )[0];
  };
}

/** The script of a call from code, which may be a call of `worker.start`, too. */
export async function runGivenScript(
  services: WorkerServices,
  invocation: Invocation,
): Promise<StartedGroup | undefined> {
  const definition = workerDefinition(withTargetsByKind(invocation.args));
  return (await startDefined(services, invocation, [definition]))[0];
}

/** Asks on which connection and on what a script shall run. */
export async function chosenTarget(services: WorkerServices, invocation: Invocation, script: string) {
  const profile = await targetConnection(services.connections, invocation);
  const name = displayText(basename(script), 60);
  const target =
    nodeTarget(invocation.node) ?? (await askTarget(services.models, profile, invocation.node, name));
  return { target, connection: profile.id, name };
}

interface Chosen {
  readonly script: string;
  readonly target: Awaited<ReturnType<typeof chosenTarget>>['target'];
  readonly connection: string;
  readonly count: number;
  readonly compose?: Readonly<Record<string, unknown>>;
}

/** What was chosen, as a setting would say it. */
export function definitionOf({ script, target, connection, count, compose }: Chosen) {
  return workerDefinition({
    script,
    [target.kind]: target.name,
    connection,
    count,
    ...(compose === undefined ? {} : { compose }),
  });
}
