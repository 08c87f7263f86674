import * as l10n from '@vscode/l10n';
import { displayText } from './displayText';
import { Failure } from './failure';

/** What stands after the question mark of an address and says where, how and as whom to connect. */
export interface AddressQuery {
  readonly db?: string;
  readonly username?: string;
  readonly password?: string;
  readonly encrypted: boolean;
}

/** What client libraries read there for themselves: it is about the program and not about the server. */
const ofThePrograms =
  /timeout|retr(y|ies)|pool|max_?connections|keep_?alive|health_?check|^(decode_responses|encoding|encoding_errors|protocol|family|client_?name|ssl_cert_reqs|ssl_check_hostname)$/i;

/**
 * Reads the query of an address: `db`, `user`, `password` and `tls` (or `ssl`) count, settings of client libraries do not.
 * @throws {Failure} `argument` on anything else, since it may be what matters; never with a value in it.
 */
export function readAddressQuery(text: string): AddressQuery {
  const found: { db?: string; username?: string; password?: string; encrypted: boolean } = {
    encrypted: false,
  };
  for (const [name, value] of new URLSearchParams(text)) {
    switch (name.toLowerCase()) {
      case 'db':
      case 'database':
        found.db = value;
        break;
      case 'user':
      case 'username':
        if (value !== '') found.username = value;
        break;
      case 'pass':
      case 'password':
        if (value !== '') found.password = value;
        break;
      case 'tls':
      case 'ssl':
        found.encrypted = !/^(false|0|no|off)$/i.test(value);
        break;
      default:
        if (!ofThePrograms.test(name)) throw notUnderstood(name);
    }
  }
  return found;
}

function notUnderstood(name: string): Failure {
  return new Failure(
    'argument',
    l10n.t('The address says {0}, which is not understood here.', `?${displayText(name, 30)}=…`),
    {
      hint: l10n.t('Leave it out. After the question mark, db, user, password and tls can be said.'),
    },
  );
}
