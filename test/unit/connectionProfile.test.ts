import assert from 'node:assert/strict';
import { readProfiles } from '../../src/core/connectionProfile';

describe('saved connections', () => {
  it('reads what the setting holds, with the URL in its canonical form', () => {
    const { profiles, rejected } = readProfiles([
      { id: 'a', name: 'Shop', url: 'Redis://Shop.example' },
      { id: 'b', name: ' ', url: 'rediss://user@h:6380/2', readOnly: true, passwordEnv: 'SHOP_PASSWORD' },
    ]);
    assert.deepEqual(profiles, [
      { id: 'a', name: 'Shop', url: 'redis://shop.example:6379/0' },
      { id: 'b', name: 'b', url: 'rediss://user@h:6380/2', readOnly: true, passwordEnv: 'SHOP_PASSWORD' },
    ]);
    assert.deepEqual(rejected, []);
  });

  it('reads TLS files and production, and drops fields of another type', () => {
    const { profiles } = readProfiles([
      {
        id: 'a',
        name: 'A',
        url: 'rediss://h',
        production: true,
        tls: { ca: ' /ca.pem ', key: 1, more: 'x' },
      },
      { id: 'b', name: 'B', url: 'redis://h', production: 'yes', readOnly: 1, tls: {} },
    ]);
    assert.deepEqual(profiles, [
      { id: 'a', name: 'A', url: 'rediss://h:6379/0', production: true, tls: { ca: '/ca.pem' } },
      { id: 'b', name: 'B', url: 'redis://h:6379/0' },
    ]);
  });

  it('marks an entry whose certificates would be left unused', () => {
    const { profiles } = readProfiles([{ id: 'a', name: 'A', url: 'redis://h', tls: { ca: '/ca.pem' } }]);
    assert.match(profiles[0]?.invalid?.hint ?? '', /rediss:/);
  });

  const broken: readonly (readonly [what: string, entry: unknown])[] = [
    ['null', null],
    ['a text', 'redis://h'],
    ['a list', []],
    ['an entry without id', { name: 'n', url: 'redis://h' }],
    ['an empty id', { id: '', name: 'n', url: 'redis://h' }],
    ['an entry without name', { id: 'x', url: 'redis://h' }],
    ['an entry without url', { id: 'x', name: 'n' }],
    ['a number for a URL', { id: 'x', name: 'n', url: 1 }],
  ];
  for (const [what, entry] of broken) {
    it(`drops ${what} and keeps the others`, () => {
      const { profiles, rejected } = readProfiles([entry, { id: 'good', name: 'n', url: 'redis://h' }]);
      assert.deepEqual(
        profiles.map(({ id }) => id),
        ['good'],
      );
      assert.deepEqual(
        rejected.map(({ code }) => code),
        ['argument'],
      );
    });
  }

  it('keeps the first of two entries with one id', () => {
    const { profiles, rejected } = readProfiles([
      { id: 'x', name: 'first', url: 'redis://h' },
      { id: 'x', name: 'second', url: 'redis://h' },
    ]);
    assert.deepEqual(
      profiles.map(({ name }) => name),
      ['first'],
    );
    assert.equal(rejected.length, 1);
  });

  it('keeps an entry with a bad URL, so that the tree can say why', () => {
    const [profile] = readProfiles([{ id: 'x', name: 'n', url: 'redis://h:99999' }]).profiles;
    assert.equal(profile?.invalid?.code, 'argument');
    assert.match(profile?.invalid?.message ?? '', /port/);
  });

  it('never repeats a password that stands in the setting', () => {
    const [profile] = readProfiles([{ id: 'x', name: 'n', url: 'redis://user:s3cret@h' }]).profiles;
    assert.match(profile?.invalid?.message ?? '', /holds a password/);
    assert.notEqual(profile?.invalid?.hint, '');
    assert.equal(profile?.url, 'redis://user@h:6379/0');
    assert.equal(JSON.stringify(profile).includes('s3cret'), false);
  });

  it('takes only true for read-only and only a text for the variable', () => {
    const [profile] = readProfiles([
      { id: 'x', name: 'n', url: 'redis://h', readOnly: 'yes', passwordEnv: 7 },
    ]).profiles;
    assert.deepEqual(profile, { id: 'x', name: 'n', url: 'redis://h:6379/0' });
  });
});
