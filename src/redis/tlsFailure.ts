import * as l10n from '@vscode/l10n';
import { displayText } from '../core/displayText';
import { Failure, type FailureSubject } from '../core/failure';

function unreachable(
  message: string,
  hint: string,
  error: Error,
  about: FailureSubject = 'certificate',
): Failure {
  return new Failure('unreachable', message, { hint, cause: displayText(error.message, 300), about });
}

/** Where a connection with TLS was tried and the other side speaks plain. */
export function speaksNoTls(label: string, cause?: string): Failure {
  return new Failure('unreachable', l10n.t('{0} does not speak TLS.', label), {
    hint: l10n.t('Use a redis:// address, or the TLS port of the server ("tls-port").'),
    cause,
    about: 'encryption',
  });
}

/** Why TLS with `label` did not come about, after the `code` of the error; undefined where TLS is not the matter. */
export function tlsFailure(code: string, error: Error, label: string): Failure | undefined {
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return unreachable(
        l10n.t('The certificate of {0} is self-signed and not trusted.', label),
        l10n.t('Name its certificate authority in the settings of the connection (tls.ca).'),
        error,
      );
    // The authority's own certificate came with the server's.
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return unreachable(
        l10n.t('The certificate of {0} was issued by an authority that is not known here.', label),
        l10n.t('Name its certificate authority in the settings of the connection (tls.ca).'),
        error,
      );
    case 'CERT_HAS_EXPIRED':
      return unreachable(
        l10n.t('The certificate of {0} has expired.', label),
        l10n.t('Renew it on the server.'),
        error,
      );
    case 'CERT_NOT_YET_VALID':
      return unreachable(
        l10n.t('The certificate of {0} is not valid yet.', label),
        l10n.t('Check the clocks of both machines.'),
        error,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return unreachable(
        l10n.t('The certificate of {0} is for another name.', label),
        l10n.t(
          'Use the name in the certificate, or set the server name in the settings of the connection (tls.servername).',
        ),
        error,
      );
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'EPROTO':
      return speaksNoTls(label, displayText(error.message, 300));
    default:
      break;
  }
  return clientCertificateFailure(code, error, label) ?? unknownTlsFailure(code, error, label);
}

/** What the server says of the certificate that the client showed, and what OpenSSL says of one that it cannot read. */
function clientCertificateFailure(code: string, error: Error, label: string): Failure | undefined {
  if (/^ERR_SSL_(TLSV13_ALERT_CERTIFICATE_REQUIRED|SSL\w+_ALERT_HANDSHAKE_FAILURE)$/.test(code)) {
    return unreachable(
      l10n.t('{0} asks for a client certificate.', label),
      l10n.t('Name certificate and key in the settings of the connection (tls.cert, tls.key).'),
      error,
    );
  }
  if (/^ERR_SSL_\w+_ALERT_(UNKNOWN_CA|(BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_\w+)$/.test(code)) {
    return unreachable(
      l10n.t('{0} refused the client certificate.', label),
      l10n.t('Use one that is valid and of an authority that the server knows ("tls-ca-cert-file" on it).'),
      error,
    );
  }
  if (/^ERR_OSSL_/.test(code)) {
    return new Failure(
      'argument',
      l10n.t('The client certificate or its key cannot be used: {0}', displayText(code, 80)),
      {
        hint: l10n.t('Both must be PEM, without a passphrase, and belong together.'),
        cause: displayText(error.message, 300),
        about: 'certificate',
      },
    );
  }
  return undefined;
}

function unknownTlsFailure(code: string, error: Error, label: string): Failure | undefined {
  if (!/^ERR_(SSL|TLS)_/.test(code)) return undefined;
  return unreachable(
    l10n.t('TLS with {0} failed: {1}', label, displayText(code, 80)),
    l10n.t('Check the TLS settings of server and connection.'),
    error,
  );
}
