import * as l10n from '@vscode/l10n';
import { Failure } from './failure';

/** TLS settings of a profile. Files are named by absolute path (`~/` allowed) and hold PEM; see tlsFiles. */
export interface ProfileTls {
  /** Certificate authority that issued the server's certificate. */
  readonly ca?: string;
  /** The client's certificate, and its private key. */
  readonly cert?: string;
  readonly key?: string;
  /** Name that the server's certificate is for, where it is not the host of the URL. */
  readonly servername?: string;
}

/** What a profile can say of TLS, in the order in which it is asked for. */
export const tlsFields = ['ca', 'cert', 'key', 'servername'] as const;

/** TLS settings as they stand in a setting or an argument; undefined where there are none. */
export function readTls(value: unknown): ProfileTls | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(value));
  const fields = tlsFields.flatMap((field) => {
    const text = given.get(field);
    return typeof text === 'string' && text.trim() !== '' ? [[field, text.trim()] as const] : [];
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/** Certificates that were given are never left unused in silence. */
export function tlsWithoutTls(): Failure {
  return new Failure('argument', l10n.t('There are TLS settings, but the address is not encrypted.'), {
    hint: l10n.t('Begin the address with rediss://, or remove the TLS settings.'),
  });
}
