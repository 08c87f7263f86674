import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { isAlive } from '../../core/workerGroups';
import { groupLabel } from '../../core/workerWords';
import type { CommandHandler } from '../commandRunner';
import { confirmed, targetConnection } from '../commandTarget';
import type { Services } from '../services';

/** Names of what is closed that a question lists; more are counted. */
const namedAtMost = 3;

/**
 * `{connection?, confirmed?}` → `{}`. Removes the connection and its secret. What it feeds ends with it: its workers are
 * stopped and its traffic panels closed. Where a worker cannot be stopped, nothing is removed.
 */
export function connectionRemove(services: Services): CommandHandler {
  const { connections, panels, workers } = services;
  return async (invocation) => {
    const profile = await targetConnection(connections, invocation);
    const question = vscode.l10n.t('Remove the connection {0}?', displayText(profile.name));
    const ends = consequences(services, profile.id);
    const forgotten = vscode.l10n.t('Its address and password are forgotten. Nothing on the server changes.');
    await confirmed(invocation, {
      // Called from code, the question is all that is told.
      question: invocation.interactive ? question : [question, ...ends].join(' '),
      detail: [forgotten, ...ends].join('\n'),
      action: vscode.l10n.t('Remove'),
    });
    const running = runningOn(services, profile.id).flatMap((group) => group.ids);
    await workers.stop(running);
    panels.closeAll(profile.id);
    await connections.remove(profile.id);
    return {};
  };
}

/** One sentence for each kind of thing that ends with the connection. */
function consequences(services: Services, connection: string): string[] {
  const titles = services.panels.titles(connection);
  const running = runningOn(services, connection);
  const count = running.reduce((sum, { ids }) => sum + ids.length, 0);
  return [
    ...(titles.length === 0
      ? []
      : [
          vscode.l10n.t(
            'Traffic panels that are closed, with what they hold: {0} ({1}).',
            titles.length,
            some(titles),
          ),
        ]),
    ...(count === 0
      ? []
      : [
          vscode.l10n.t(
            'Workers that are stopped: {0} ({1}).',
            count,
            some(running.map(({ label }) => label)),
          ),
        ]),
  ];
}

function runningOn({ workers }: Services, connection: string): readonly { label: string; ids: string[] }[] {
  return workers.groups
    .filter((group) => group.connection.id === connection)
    .map((group) => ({ label: groupLabel(group), ids: group.workers.filter(isAlive).map(({ id }) => id) }))
    .filter(({ ids }) => ids.length > 0);
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, namedAtMost).join(', ');
  return names.length > namedAtMost ? `${shown}, …` : shown;
}
