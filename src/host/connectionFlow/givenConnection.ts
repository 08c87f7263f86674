import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { parseConnectionUrl } from '../../core/connectionUrl';
import { Failure } from '../../core/failure';
import { type ProfileTls, readTls, tlsFields } from '../../core/profileTls';
import { type CommandArguments, missingArgument } from '../commandArguments';
import type { Invocation } from '../commandRunner';
import type { ProfileDraft } from '../connections';

/**
 * The connection that an argument object describes; what it does not say is as it was.
 * @throws {Failure} `argument`.
 */
export function givenConnection({ args }: Invocation, before: ConnectionProfile | undefined): ProfileDraft {
  const url = args.text('url') ?? before?.url;
  if (url === undefined) throw missingArgument('url');
  const parsed = parseConnectionUrl(url);
  const readOnly = args.has('readOnly') ? args.flag('readOnly') : before?.readOnly;
  const production = args.has('production') ? args.flag('production') : before?.production;
  const tls = args.has('tls') ? givenTls(args) : (parsed.tls ?? before?.tls);
  return {
    parsed,
    name: args.text('name')?.trim() || (before?.name ?? parsed.name),
    ...(readOnly ? { readOnly } : {}),
    ...(production ? { production } : {}),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** `null` and `{}` stand for none. A slip in a field must not leave a certificate unused in silence. */
function givenTls(args: CommandArguments): ProfileTls | undefined {
  const given = args.record('tls');
  const known: readonly string[] = tlsFields;
  const wrong = Object.entries(given ?? {}).find(
    ([field, value]) => !known.includes(field) || (typeof value !== 'string' && value !== undefined),
  );
  if (wrong === undefined) return readTls(given);
  throw new Failure(
    'argument',
    vscode.l10n.t('The argument "{0}" must be {1}.', 'tls', `{ ${tlsFields.join(', ')} }`),
    {
      hint: vscode.l10n.t('Each of them is a text: the path of a PEM file, or the name of the server.'),
    },
  );
}
