import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import type { RedisCliProgram } from '../../core/workerProgram';
import type { CommandHandler } from '../commandRunner';
import { confirmed, targetConnection } from '../commandTarget';
import { requireTrust } from '../requireTrust';
import { setting } from '../settings';
import { expandHome } from '../tlsFiles';
import { findRedisCli } from '../workers/findRedisCli';
import type { WorkerServices } from '../workers/workerCommand';

/**
 * `{connection?, confirmed?}` → `{terminal}`, its name, once redis-cli runs in it. On a production or read-only connection
 * it needs `confirmed: true`, for redis-cli can do everything that the user may.
 */
export function terminalRedisCli({ connections, models, workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust(vscode.l10n.t('Terminals are not opened in Restricted Mode.'));
    const profile = await targetConnection(connections, invocation);
    if (profile.invalid !== undefined) throw profile.invalid;
    const cli = await findRedisCli(setting('redisCli.path'));
    if (profile.production || profile.readOnly) {
      await confirmed(invocation, {
        question: vscode.l10n.t('Open redis-cli on {0}?', displayText(profile.name)),
        detail: profile.readOnly
          ? vscode.l10n.t('The connection is read-only for you, but redis-cli is not: it can write.')
          : vscode.l10n.t('It is a production connection, and redis-cli asks nothing before it acts.'),
        action: vscode.l10n.t('Open'),
      });
    }
    const { tls } = profile;
    const files = (['ca', 'cert', 'key'] as const).flatMap((field) => {
      const path = tls?.[field];
      return path === undefined ? [] : [[field, expandHome(path)] as const];
    });
    const program: RedisCliProgram = {
      kind: 'redisCli',
      cli: [cli],
      cluster: models.model(profile).facts?.mode === 'cluster',
      ...(tls === undefined ? {} : { tls: { ...tls, ...Object.fromEntries(files) } }),
    };
    const { id, name } = profile;
    return { terminal: await workers.openRedisCli(program, { id, name }) };
  };
}
