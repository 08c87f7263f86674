import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import type { WorkerDefinition } from '../../core/savedWorker';
import { programName } from '../../core/workerProgram';
import type { Invocation } from '../commandRunner';
import { confirmed } from '../commandTarget';
import { confirmationDetail, needsConfirmation, resolveWorker } from './definedWorkers';
import { interpreterOf, requireFile } from './makeCommand';
import { type StartedGroup, startedGroup, type WorkerServices } from './workerCommand';

/**
 * Starts workers as they are described, all or none.
 * @returns their groups, once each copy runs
 * @throws {Failure} before anything is started where something about one of them cannot be
 */
export async function startDefined(
  { connections, workers }: WorkerServices,
  invocation: Invocation,
  definitions: readonly WorkerDefinition[],
): Promise<readonly StartedGroup[]> {
  const resolved = definitions.map((definition) => resolveWorker(definition, connections));
  for (const { definition } of resolved) {
    const { program } = definition;
    if (program.kind !== 'script') continue;
    if (program.compose === undefined) await requireFile(program.file);
    if (program.interpreter === undefined) await interpreterOf(program);
  }
  for (const each of resolved.filter(needsConfirmation)) {
    const [name, where] = [programName(each.definition.program), displayText(each.profile.name)];
    await confirmed(invocation, {
      question: each.profile.production
        ? vscode.l10n.t('Start {0} on production?', name)
        : vscode.l10n.t('Start {0} on {1}, which is read-only for you?', name, where),
      detail: confirmationDetail(each),
      action: vscode.l10n.t('Start'),
      destroysOn: each.profile,
    });
  }
  const groups = await workers.launch(resolved);
  return Promise.all(groups.map(async ({ id }) => startedGroup(await workers.started(id))));
}
