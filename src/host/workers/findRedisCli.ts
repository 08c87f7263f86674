import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { programOf } from '../programOnPath';

const programs = ['redis-cli', 'valkey-cli'];

/**
 * The redis-cli that shall run: the configured one, a path or a name; else the first on the PATH.
 * @returns its absolute path
 * @throws {Failure} `notFound` with how to get it on this system
 */
export async function findRedisCli(configured: string): Promise<string> {
  const wanted = configured.trim();
  const candidates = wanted === '' ? programs : [wanted];
  for (const name of candidates) {
    const path = await programOf(name);
    if (path !== undefined) return path;
  }
  if (wanted !== '') {
    throw new Failure('notFound', vscode.l10n.t('{0} is not there, or no program.', displayText(wanted)), {
      hint: vscode.l10n.t('Correct the setting redisMessaging.redisCli.path, or empty it.'),
    });
  }
  throw new Failure('notFound', vscode.l10n.t('redis-cli is not installed, or not on the PATH.'), {
    hint: howToGet(process.platform),
  });
}

/** How a person gets redis-cli. */
function howToGet(platform: string): string {
  switch (platform) {
    case 'darwin':
      return vscode.l10n.t('Get it with: {0}', 'brew install redis');
    case 'win32':
      return vscode.l10n.t(
        'Redis has none for Windows: open the folder in WSL, or name another one in redisMessaging.redisCli.path.',
      );
    default:
      return vscode.l10n.t(
        'Get it with: {0} (Debian, Ubuntu), or {1} (Fedora).',
        'sudo apt install redis-tools',
        'sudo dnf install valkey',
      );
  }
}
