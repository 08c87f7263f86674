import assert from 'node:assert/strict';
import {
  addressOfDraft,
  type ConnectionDraft,
  draftOf,
  nameOfDraft,
  newDraft,
  typedAddress,
  withAddress,
  withEncryption,
} from '../../src/core/connectionDraft';

const vault: ConnectionDraft = {
  endpoint: { host: 'vault', port: 6380, db: 1, username: 'app', tls: {} },
  password: 's3cret',
  tls: { ca: '/ca.pem' },
  readOnly: true,
  production: true,
  name: 'Vault',
};

describe('a connection that is being entered', () => {
  it('begins on this machine, without user, password and TLS', () => {
    assert.equal(addressOfDraft(newDraft).url, 'redis://127.0.0.1:6379/0');
    assert.equal(nameOfDraft(newDraft), '127.0.0.1:6379');
  });

  it('takes everything from a URL', () => {
    const draft = withAddress(newDraft, 'rediss://app:s3cret@vault:6380/1');
    assert.deepEqual(draft.endpoint, vault.endpoint);
    assert.equal(draft.password, 's3cret');
    assert.equal(typedAddress(draft), 'vault:6380/1');
    assert.equal(addressOfDraft(draft).url, 'rediss://app@vault:6380/1');
  });

  it('keeps user, password and TLS where only the place is typed', () => {
    assert.deepEqual(withAddress(vault, 'vault:6380/1'), vault);
    assert.deepEqual(withAddress(vault, 'vault:6380/2').endpoint, { ...vault.endpoint, db: 2 });
  });

  it('takes no password along to another host or port', () => {
    assert.equal(withAddress(vault, 'other:6380/1').password, undefined);
    assert.equal(withAddress(vault, 'vault:6379/1').password, undefined);
    assert.equal(withAddress(vault, 'unix:///run/vault.sock').password, undefined);
  });

  it('takes no password and no certificates along where encryption ends', () => {
    for (const plain of [withAddress(vault, 'redis://app@vault:6380/1'), withEncryption(vault, false)]) {
      assert.equal(addressOfDraft(plain).url, 'redis://app@vault:6380/1');
      assert.equal(plain.password, undefined);
      assert.equal(plain.tls, undefined);
    }
  });

  it('keeps a password where encryption begins', () => {
    const plain: ConnectionDraft = { ...newDraft, password: 's3cret' };
    assert.equal(withEncryption(plain, true).password, 's3cret');
    assert.equal(withEncryption(plain, false).password, 's3cret');
    assert.deepEqual(withEncryption(plain, true, { ca: '/ca.pem' }).tls, { ca: '/ca.pem' });
  });

  it('takes the TLS settings of a redis-cli line', () => {
    const draft = withAddress(newDraft, 'redis-cli --tls -h vault --cacert /ca.pem -a s3cret');
    assert.deepEqual(draft.tls, { ca: '/ca.pem' });
    assert.equal(addressOfDraft(draft).url, 'rediss://vault:6379/0');
  });

  it('writes a socket with its database', () => {
    const draft = withAddress(newDraft, '/run/redis.sock?db=3');
    assert.equal(typedAddress(draft), '/run/redis.sock?db=3');
    assert.deepEqual(withAddress(draft, typedAddress(draft)), draft);
  });

  it('is that of a saved connection, even of one whose address cannot be read', () => {
    const saved = { id: 'a', name: 'Vault', readOnly: true, production: true, tls: { ca: '/ca.pem' } };
    const { password: _, ...rest } = vault;
    assert.deepEqual(draftOf({ ...saved, url: 'rediss://app@vault:6380/1' }), rest);
    assert.equal(addressOfDraft(draftOf({ ...saved, url: '' })).name, '127.0.0.1:6379');
  });
});
