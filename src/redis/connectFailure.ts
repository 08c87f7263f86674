import * as l10n from '@vscode/l10n';
import { displayText } from '../core/displayText';
import { Failure, type FailureCode, isFailure } from '../core/failure';
import { replyFailure } from './replyFailure';
import { tlsFailure } from './tlsFailure';

/** What Node puts on errors of sockets, name look-ups and TLS. */
interface SystemError extends Error {
  readonly code?: unknown;
  readonly errors?: readonly unknown[];
  readonly command?: { readonly name?: unknown };
}

/** Whether it is the server's own answer and not a fault of the way to it. By name, since ioredis exports no class. */
export function isServerReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** Whether trying again cannot help before a person has changed something. */
export function isFinal(failure: Failure): boolean {
  return ['authentication', 'permission', 'argument'].includes(failure.code);
}

/**
 * Why no connection to `endpointLabel` (its address without secret) came about or why it broke, as a
 * {@link Failure}. `error` is what the client's `error` event or the socket gave.
 */
export function connectFailure(error: Error, endpointLabel: string): Failure {
  if (isFailure(error)) return error;
  if (isServerReply(error)) return replyFailure(error, commandName(error));
  const code = errorCode(error);
  return (
    networkFailure(code, error, endpointLabel) ??
    tlsFailure(code, error, endpointLabel) ??
    otherFailure(error, endpointLabel)
  );
}

function commandName(error: SystemError): string {
  return typeof error.command?.name === 'string' ? error.command.name : 'AUTH';
}

/** The code of an error; of the first inside, where several addresses of one name were tried. */
function errorCode(error: SystemError): string {
  if (typeof error.code === 'string') return error.code;
  const first = error.errors?.[0];
  return first instanceof Error ? errorCode(first) : '';
}

function failure(code: FailureCode, message: string, hint: string, error: Error): Failure {
  return new Failure(code, message, { hint, cause: displayText(error.message, 300) });
}

/** A peer that hangs up without a word may be one that expects TLS. */
function hungUp(message: string, error: Error): Failure {
  return new Failure('unreachable', message, {
    hint: l10n.t('If the server expects TLS, use a rediss:// address; else see the log of the server.'),
    cause: displayText(error.message, 300),
    about: 'encryption',
  });
}

function networkFailure(code: string, error: Error, label: string): Failure | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return new Failure('unreachable', l10n.t('Nothing listens at {0}.', label), {
        hint: l10n.t('Start the server, or check address and port.'),
        cause: displayText(error.message, 300),
        about: 'server',
      });
    case 'ENOTFOUND':
      return failure(
        'unreachable',
        l10n.t('The host name of {0} is unknown.', label),
        l10n.t('Check the spelling of the host name.'),
        error,
      );
    case 'EAI_AGAIN':
      return failure(
        'unreachable',
        l10n.t('The host name of {0} could not be looked up.', label),
        l10n.t('Check the network and its name server.'),
        error,
      );
    case 'ETIMEDOUT':
      return failure(
        'timeout',
        l10n.t('{0} did not answer in time.', label),
        l10n.t('Check address, network and firewall, and whether that port speaks TLS.'),
        error,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    // Of an IPv6 address on a machine that has no IPv6.
    case 'EAFNOSUPPORT':
      return failure(
        'unreachable',
        l10n.t('There is no way to {0} through the network.', label),
        l10n.t('Check address, network and VPN.'),
        error,
      );
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return hungUp(l10n.t('{0} cut the connection.', label), error);
    case 'ENOENT':
      return failure(
        'unreachable',
        l10n.t('There is no socket at {0}.', label),
        l10n.t('Start the server, or check "unixsocket" in its configuration.'),
        error,
      );
    case 'EACCES':
    case 'EPERM':
      return failure(
        'unreachable',
        l10n.t('The system does not let you open {0}.', label),
        l10n.t('Check the rights of the socket ("unixsocketperm" on the server) and the firewall.'),
        error,
      );
    default:
      return undefined;
  }
}

function otherFailure(error: Error, label: string): Failure {
  const text = error.message;
  if (/timed out|timeout/i.test(text)) {
    return failure(
      'timeout',
      l10n.t('{0} took the connection but did not answer in time.', label),
      l10n.t('Check that a Redis-compatible server listens there and is not frozen.'),
      error,
    );
  }
  if (/Unknown RESP type|Protocol error|Command queue state/i.test(text)) {
    return failure(
      'notRedis',
      l10n.t('What listens at {0} is not a Redis server.', label),
      l10n.t('Check address and port.'),
      error,
    );
  }
  if (
    /Connection is closed|Reached the max retries|isn't writeable|Client network socket disconnected/i.test(
      text,
    )
  ) {
    return hungUp(l10n.t('{0} closed the connection.', label), error);
  }
  return failure(
    'unreachable',
    l10n.t('No connection to {0}: {1}', label, displayText(text, 200)),
    l10n.t('Check address and network.'),
    error,
  );
}
