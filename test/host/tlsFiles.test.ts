import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isFailure } from '../../src/core/failure';
import type { ProfileTls } from '../../src/core/profileTls';
import { readTlsFiles } from '../../src/host/tlsFiles';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { authority, certificates, key } from '../redis/testCertificates';

const encryptedKey = key
  .replace('BEGIN PRIVATE', 'BEGIN ENCRYPTED PRIVATE')
  .replace('END PRIVATE', 'END ENCRYPTED PRIVATE');
const oldEncryptedKey = `-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----`;

describe('TLS files of a connection', () => {
  const teardown = new Teardown();
  let folder: string;

  before('write some', async () => {
    folder = await tempFolder(teardown, 'tls');
    const files = {
      'ca.pem': authority,
      'cert.pem': certificates.client,
      'key.pem': key,
      'locked.pem': encryptedKey,
      'old-locked.pem': oldEncryptedKey,
      'notes.txt': 'Not s3cret-looking at all, and no PEM either.',
      'large.pem': `${authority}\n${' '.repeat(1_048_576)}`,
      'empty.pem': '',
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await mkdir(join(folder, 'folder.pem'));
  });
  after(() => teardown.finish());

  const at = (name: string): string => join(folder, name);

  it('are read as they are, and the server name goes along', async () => {
    const tls = { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem'), servername: 'db.example' };
    assert.deepEqual(await readTlsFiles(tls), {
      ca: authority,
      cert: certificates.client,
      key,
      servername: 'db.example',
    });
    assert.deepEqual(await readTlsFiles({ servername: 'db.example' }), { servername: 'db.example' });
    assert.deepEqual(await readTlsFiles({}), {});
  });

  it('may lie below the home folder', async () => {
    const home = await tempFolder(teardown, 'home');
    await writeFile(join(home, 'ca.pem'), authority);
    // A path that leads there from the home folder, whichever that is.
    const up = homedir()
      .split('/')
      .map(() => '..')
      .join('/');
    assert.deepEqual(await readTlsFiles({ ca: `~/${up}${home}/ca.pem` }), { ca: authority });
  });

  const refused: readonly (readonly [what: string, tls: () => ProfileTls, message: RegExp])[] = [
    ['a file that is not there', () => ({ ca: at('none.pem') }), /none\.pem \("ca"\).*there is no such file/],
    ['text that is no PEM', () => ({ ca: at('notes.txt') }), /no certificate in PEM form/],
    ['an empty file', () => ({ ca: at('empty.pem') }), /no certificate in PEM form/],
    ['a key for a certificate', () => ({ ca: at('key.pem') }), /no certificate in PEM form/],
    ['a relative path', () => ({ ca: 'ca.pem' }), /ca\.pem \("ca"\).*not absolute/],
    ['another home folder', () => ({ ca: '~somebody/ca.pem' }), /not absolute/],
    ['a folder', () => ({ ca: at('folder.pem') }), /no file, or larger than 1 MB/],
    ['a file of more than 1 MB', () => ({ ca: at('large.pem') }), /no file, or larger than 1 MB/],
    ['a certificate without key', () => ({ cert: at('cert.pem') }), /needs both files/],
    ['a key without certificate', () => ({ key: at('key.pem') }), /needs both files/],
    [
      'a certificate for a key',
      () => ({ cert: at('cert.pem'), key: at('cert.pem') }),
      /cert\.pem \("key"\).*no private key in PEM form/,
    ],
    [
      'a key with a passphrase',
      () => ({ cert: at('cert.pem'), key: at('locked.pem') }),
      /protected by a passphrase/,
    ],
    [
      'a key with a passphrase in the old form',
      () => ({ cert: at('cert.pem'), key: at('old-locked.pem') }),
      /protected by a passphrase/,
    ],
  ];
  for (const [what, tls, message] of refused) {
    it(`are refused with a sentence: ${what}`, async () => {
      const error: unknown = await readTlsFiles(tls()).then(
        () => assert.fail('It was taken'),
        (reason: unknown) => reason,
      );
      assert.ok(isFailure(error), String(error));
      assert.equal(error.code, 'argument');
      assert.match(error.message, message);
      assert.match(error.hint, /Edit the connection/);
      assert.ok(
        !`${error.message}${error.hint}${error.stack}`.includes('BEGIN'),
        'nothing of the file is told',
      );
      assert.ok(!error.message.includes('s3cret'));
    });
  }
});
