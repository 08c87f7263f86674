import * as l10n from '@vscode/l10n';
import { displayText } from '../core/displayText';
import { Failure, type FailureCode } from '../core/failure';
import { clusterRefusal } from './clusterRefusal';

/** The longest part of a server's own error text that is shown. */
const shownLimit = 300;

/** Before Redis 7, an error of a command in a script stands behind these words and the place in the script. */
const aroundScriptError = /^-?ERR Error running script \(call to \w+\): (?:@user_script: ?\d+: )+-?/;

/**
 * The server's own words as they may be shown: escaped, and without the arguments that Redis repeats in some of its
 * errors, since those can be a password.
 */
function shownText(text: string): string {
  const shown = text
    .replace(/,? with args beginning with:.*/s, '')
    .replace(/ SETUSER modifier '.*'/s, ' SETUSER modifier')
    .replace(/^-?ERR /, '');
  return displayText(shown, shownLimit);
}

function failure(code: FailureCode, message: string, hint: string, text: string): Failure {
  // ioredis attaches the command with its arguments to the error, so only the text travels on.
  return new Failure(code, message, { hint, cause: shownText(text) });
}

/**
 * The server's error reply to `command` (its name only) as a {@link Failure} with a sentence and the next step.
 * Codes follow the first word of the reply, as listed under https://redis.io/docs/latest/develop/reference/protocol-spec/.
 */
export function replyFailure(error: Error, command: string): Failure {
  const name = displayText(command.toUpperCase(), 60);
  const text = error.message.replace(aroundScriptError, '');
  const word = /^-?([A-Z]+)/.exec(text)?.[1] ?? '';
  switch (word) {
    case 'WRONGTYPE':
      return failure(
        'wrongType',
        l10n.t('{0} was refused: the key holds another type of value.', name),
        l10n.t('Refresh the view; something replaced the key.'),
        text,
      );
    case 'NOAUTH':
      return failure(
        'authentication',
        l10n.t('The server asks for a password.'),
        l10n.t('Edit the connection and enter user name and password.'),
        text,
      );
    case 'WRONGPASS':
      return failure(
        'authentication',
        l10n.t('The server refused user name or password.'),
        l10n.t('Edit the connection and enter them again; check that the user is enabled (ACL GETUSER).'),
        text,
      );
    case 'DENIED':
      return failure(
        'authentication',
        l10n.t('The server is in protected mode and takes connections from its own machine only.'),
        l10n.t('Set a password on the server, or connect from the machine that it runs on.'),
        text,
      );
    case 'NOPERM':
      return noPermission(text, name);
    case 'READONLY':
      return failure(
        'readOnly',
        l10n.t('{0} was refused: this server is a read-only replica.', name),
        l10n.t('Connect to the primary; INFO replication names it.'),
        text,
      );
    case 'LOADING':
      return failure(
        'loading',
        l10n.t('The server is still loading its data.'),
        l10n.t('Wait until it has finished; INFO persistence shows the progress.'),
        text,
      );
    case 'OOM':
      return failure(
        'outOfMemory',
        l10n.t('{0} was refused: the server has reached its memory limit.', name),
        l10n.t('Remove data, or raise "maxmemory" on the server.'),
        text,
      );
    case 'MISCONF':
      return failure(
        'server',
        l10n.t('{0} was refused: the server cannot save its data to disk and takes no writes.', name),
        /\bAOF\b/.test(text)
          ? l10n.t(
              'Free its disk ("appenddirname" in "dir" on the server); the log of the server has the reason.',
            )
          : l10n.t('See the log of the server, or set "stop-writes-on-bgsave-error no" on it.'),
        text,
      );
    case 'NOREPLICAS':
      return failure(
        'server',
        l10n.t('{0} was refused: too few replicas are connected.', name),
        l10n.t('Bring the replicas back, or lower "min-replicas-to-write" on the server.'),
        text,
      );
    case 'MASTERDOWN':
      return failure(
        'server',
        l10n.t('{0} was refused: this replica has lost its primary.', name),
        l10n.t('Connect to the primary, or set "replica-serve-stale-data yes" on the replica.'),
        text,
      );
    case 'BUSY':
      return failure(
        'server',
        l10n.t('The server is busy with a script.'),
        l10n.t('Wait until it ends, or stop it with SCRIPT KILL.'),
        text,
      );
    case 'MOVED':
    case 'ASK':
    case 'CROSSSLOT':
    case 'TRYAGAIN':
    case 'CLUSTERDOWN': {
      const { message, hint } = clusterRefusal(text, name);
      return failure('server', message, hint, text);
    }
    default:
      return otherFailure(text, name);
  }
}

/** The command, in upper case, that the user may not run at all; undefined where only a key or channel is meant. */
export function deniedCommand(error: Error, command: string): string | undefined {
  return /^-?NOPERM .*\brun\b/.test(error.message) ? command.toUpperCase() : undefined;
}

function noPermission(text: string, name: string): Failure {
  // What may not be run has names, such as PUBSUB CHANNELS, that say nothing of the reason.
  const ofCommand = /permissions? to run\b/i.test(text);
  if (!ofCommand && /channel/i.test(text)) {
    return failure(
      'permission',
      l10n.t('{0} was refused: the user may not use that channel.', name),
      l10n.t('Allow it on the server: ACL SETUSER <user> &<channel or pattern>.'),
      text,
    );
  }
  if (!ofCommand && /\bkeys?\b/i.test(text)) {
    return failure(
      'permission',
      l10n.t('{0} was refused: the user may not use that key.', name),
      l10n.t('Allow it on the server: ACL SETUSER <user> ~<key or pattern>.'),
      text,
    );
  }
  return failure(
    'permission',
    l10n.t('The user may not run {0}.', name),
    l10n.t('Allow it on the server: ACL SETUSER <user> +{0}.', name.toLowerCase()),
    text,
  );
}

function otherFailure(text: string, name: string): Failure {
  if (/max number of clients reached/i.test(text)) {
    return failure(
      'unreachable',
      l10n.t('The server takes no more clients.'),
      l10n.t('Close other clients, or raise "maxclients" on the server.'),
      text,
    );
  }
  if (/invalid password|invalid username-password|no password is set|without any password/i.test(text)) {
    return failure(
      'authentication',
      l10n.t('The server refused user name or password.'),
      l10n.t('Edit the connection and enter them again.'),
      text,
    );
  }
  // Redis 7.0, then later ones: neither begins with NOPERM.
  if (/the user executing the script can't|ACL failure in script/i.test(text)) {
    return failure(
      'permission',
      l10n.t('The script of {0} runs a command or uses a key that the user may not.', name),
      l10n.t('Allow it on the server (ACL SETUSER); ACL LOG there names what was refused.'),
      text,
    );
  }
  if (/unknown command|unknown subcommand/i.test(text)) {
    return failure(
      'server',
      l10n.t('The server does not know {0}.', name),
      l10n.t('It is older than the command, or the command was renamed or disabled.'),
      text,
    );
  }
  if (/SELECT is not allowed in cluster mode/i.test(text)) {
    return failure(
      'argument',
      l10n.t('A Redis Cluster has database 0 only.'),
      l10n.t('Edit the connection and leave the database out.'),
      text,
    );
  }
  if (/DB index is out of range|invalid DB index/i.test(text)) {
    return failure(
      'argument',
      l10n.t('The server has no database with that number.'),
      l10n.t('Edit the connection; "databases" on the server says how many there are.'),
      text,
    );
  }
  return failure('server', l10n.t('{0} was refused: {1}', name, shownText(text)), '', text);
}
