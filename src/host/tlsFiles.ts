import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { displayText } from '../core/displayText';
import { Failure } from '../core/failure';
import type { ProfileTls } from '../core/profileTls';
import type { EndpointTls } from '../protocol/endpoint';

/** No certificate or key is larger, in bytes. */
const largest = 1_048_576;

/**
 * Reads the files that a profile's TLS settings name.
 * @throws {Failure} `argument` that names the field and the file, never what is in it.
 */
export async function readTlsFiles({ ca, cert, key, servername }: ProfileTls): Promise<EndpointTls> {
  if ((cert === undefined) !== (key === undefined)) {
    throw new Failure('argument', vscode.l10n.t('A client certificate needs both files, "cert" and "key".'), {
      hint: vscode.l10n.t('Edit the connection and name the missing file.'),
      about: 'certificate',
    });
  }
  return {
    ...(servername === undefined ? {} : { servername }),
    ...(ca === undefined ? {} : { ca: await readPem('ca', ca) }),
    ...(cert === undefined ? {} : { cert: await readPem('cert', cert) }),
    ...(key === undefined ? {} : { key: await readPem('key', key) }),
  };
}

/** A path in which `~/` is the home folder. */
export function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/** The text of one of the files. @throws {Failure} as {@link readTlsFiles}. */
export async function readPem(field: 'ca' | 'cert' | 'key', file: string): Promise<string> {
  const path = expandHome(file);
  if (!isAbsolute(path)) {
    throw unusable(field, file, vscode.l10n.t('the path is not absolute'));
  }
  const text = await readSmall(path).catch((error: unknown) => {
    throw unusable(field, file, errorCode(error));
  });
  if (text === undefined) throw unusable(field, file, vscode.l10n.t('it is no file, or larger than 1 MB'));
  const kind =
    field === 'key' ? /-----BEGIN [A-Z ]*PRIVATE KEY-----/ : /-----BEGIN (TRUSTED )?CERTIFICATE-----/;
  if (!kind.test(text)) {
    throw unusable(
      field,
      file,
      field === 'key'
        ? vscode.l10n.t('it holds no private key in PEM form')
        : vscode.l10n.t('it holds no certificate in PEM form'),
    );
  }
  if (field === 'key' && /ENCRYPTED/.test(text)) {
    throw unusable(
      field,
      file,
      vscode.l10n.t('the key is protected by a passphrase, which is not supported'),
    );
  }
  return text;
}

/** The text of a file; undefined where it is none or too large. */
async function readSmall(path: string): Promise<string | undefined> {
  const found = await stat(path);
  return found.isFile() && found.size <= largest ? readFile(path, 'utf8') : undefined;
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return vscode.l10n.t('there is no such file');
  if (code === 'EACCES' || code === 'EPERM') return vscode.l10n.t('you may not read it');
  return code;
}

function unusable(field: string, file: string, why: string): Failure {
  return new Failure(
    'argument',
    vscode.l10n.t('The TLS file {0} ("{1}") cannot be used: {2}.', displayText(file, 200), field, why),
    {
      hint: vscode.l10n.t('Edit the connection and name the right file. Nothing was sent.'),
      about: 'certificate',
    },
  );
}
