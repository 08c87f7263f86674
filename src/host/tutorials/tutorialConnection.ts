import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { cancelled } from '../../core/failure';
import { askPick } from '../ask';
import type { Invocation } from '../commandRunner';
import { confirmed, targetConnection } from '../commandTarget';
import { type CommandId, fullCommandId } from '../contributed';
import { requireTrust } from '../requireTrust';
import type { WorkerServices } from '../workers/workerCommand';

/**
 * The connection on which a tutorial plays. Nobody need have a Redis for a first look: where there is none, one is offered.
 * @throws {Failure} `untrusted`, `noConnection`, `cancelled`
 */
export async function tutorialConnection(
  services: WorkerServices,
  invocation: Invocation,
): Promise<ConnectionProfile> {
  requireTrust();
  const { connections } = services;
  if (invocation.interactive && connections.profiles.length === 0)
    await offerServer(services, invocation.title);
  return targetConnection(connections, invocation);
}

/** Asks before a tutorial's workers mix with what is on a queue already, or run on production. */
export async function confirmTutorial(
  invocation: Invocation,
  profile: ConnectionProfile,
  queue: string,
  waiting: number,
): Promise<void> {
  if (waiting === 0 && !profile.production) return;
  await confirmed(invocation, {
    question:
      waiting === 1
        ? vscode.l10n.t('{0} already holds 1 message.', queue)
        : vscode.l10n.t('{0} already holds {1} messages.', queue, waiting),
    detail:
      waiting > 0
        ? vscode.l10n.t('The tutorial’s workers would take them too. Nothing was started yet.')
        : vscode.l10n.t('The tutorial’s workers fill and empty it. Nothing was started yet.'),
    action: vscode.l10n.t('Start Anyway'),
    destroysOn: profile,
  });
}

/** @throws {Failure} `cancelled` */
async function offerServer({ connections }: WorkerServices, title: string): Promise<void> {
  const next = await askPick<CommandId>(vscode.l10n.t('{0} · which Redis?', title), [
    {
      label: `$(play) ${vscode.l10n.t('Start a Local Redis')}`,
      description: vscode.l10n.t('it ends with this window'),
      value: 'server.start',
    },
    {
      label: `$(plug) ${vscode.l10n.t('Add Connection…')}`,
      description: vscode.l10n.t('to a Redis that runs already'),
      value: 'connection.add',
    },
  ]);
  await vscode.commands.executeCommand(fullCommandId(next));
  // It has told already why there is none.
  if (connections.profiles.length === 0) throw cancelled();
}
