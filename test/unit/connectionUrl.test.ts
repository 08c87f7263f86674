import assert from 'node:assert/strict';
import { parseConnectionUrl } from '../../src/core/connectionUrl';
import { endpointLabel } from '../../src/core/endpoint';
import { type Failure, isFailure } from '../../src/core/failure';

/** What a text is read as: canonical URL, password (undefined where there is none) and suggested name. */
const understood: readonly (readonly [
  text: string,
  url: string,
  password: string | undefined,
  name: string,
])[] = [
  ['redis://localhost', 'redis://localhost:6379/0', undefined, 'localhost:6379'],
  ['redis://localhost:6380/3', 'redis://localhost:6380/3', undefined, 'localhost:6380/3'],
  ['localhost', 'redis://localhost:6379/0', undefined, 'localhost:6379'],
  ['localhost:6380', 'redis://localhost:6380/0', undefined, 'localhost:6380'],
  ['redis://', 'redis://127.0.0.1:6379/0', undefined, '127.0.0.1:6379'],
  [':6380', 'redis://127.0.0.1:6380/0', undefined, '127.0.0.1:6380'],
  ['REDIS://Cache.Example:6380', 'redis://cache.example:6380/0', undefined, 'cache.example:6380'],
  ['  redis://localhost:6380/1  \n', 'redis://localhost:6380/1', undefined, 'localhost:6380/1'],
  ['"redis://localhost"', 'redis://localhost:6379/0', undefined, 'localhost:6379'],
  ['redis-cli -u redis://localhost:6380', 'redis://localhost:6380/0', undefined, 'localhost:6380'],
  ['redis-cli --tls -u redis://:pw@h/2', 'rediss://h:6379/2', 'pw', 'h:6379/2'],
  ['redis-cli', 'redis://127.0.0.1:6379/0', undefined, '127.0.0.1:6379'],
  ['$ redis-cli -p 6380', 'redis://127.0.0.1:6380/0', undefined, '127.0.0.1:6380'],
  ['redis-cli -h H -p 6380 -a pw -n 2', 'redis://h:6380/2', 'pw', 'h:6380/2'],
  ['redis-cli --tls --user app --pass pw -h h', 'rediss://app@h:6379/0', 'pw', 'h:6379'],
  ['redis-cli -h h -a "p w\\"d" LLEN -n', 'redis://h:6379/0', 'p w"d', 'h:6379'],
  ["redis-cli -h h -a 'p\\w' ping", 'redis://h:6379/0', 'p\\w', 'h:6379'],
  ['redis-cli -h h -a p\\ w', 'redis://h:6379/0', 'p w', 'h:6379'],
  ["redis-cli -h h -a p'w", 'redis://h:6379/0', "p'w", 'h:6379'],
  ['redis-cli -h ::1 -r 3 -i 1 -n 1 info', 'redis://[::1]:6379/1', undefined, '[::1]:6379/1'],
  ['redis-cli -u redis://u:old@h/1 -a new -n 3', 'redis://u@h:6379/3', 'new', 'h:6379/3'],
  ['redis-cli -s /run/r.sock -a pw -n 1', 'unix:///run/r.sock?db=1', 'pw', '/run/r.sock'],
  ['REDISCLI_AUTH=pw valkey-cli -h h --no-auth-warning', 'redis://h:6379/0', 'pw', 'h:6379'],
  ['/usr/local/bin/redis-cli -h h --raw', 'redis://h:6379/0', undefined, 'h:6379'],
  ["redis-cli -u 'redis://:p w@h'", 'redis://h:6379/0', 'p w', 'h:6379'],
  ['rediss://u:pw@h:6380', 'rediss://u@h:6380/0', 'pw', 'h:6380'],
  ['RedisS://h', 'rediss://h:6379/0', undefined, 'h:6379'],
  ['redis://h/99', 'redis://h:6379/99', undefined, 'h:6379/99'],
  ['redis://h/0?decode_responses=True&socket_timeout=5&family=6', 'redis://h:6379/0', undefined, 'h:6379'],
  ['redis://h?db=2&user=app&password=p%26w&tls=true', 'rediss://app@h:6379/2', 'p&w', 'h:6379/2'],
  ['redis://u:p@h?ssl=false&password=q', 'redis://u@h:6379/0', 'p', 'h:6379'],
  ['valkey://:pw@h', 'redis://h:6379/0', 'pw', 'h:6379'],
  ['valkeys://h', 'rediss://h:6379/0', undefined, 'h:6379'],
  ['redis+ssl://h', 'rediss://h:6379/0', undefined, 'h:6379'],
  ['REDIS_URL=redis://u:pw@h:1/2', 'redis://u@h:1/2', 'pw', 'h:1/2'],
  ['export CACHE = "rediss://:pw@h"', 'rediss://h:6379/0', 'pw', 'h:6379'],
  ['`redis://h`', 'redis://h:6379/0', undefined, 'h:6379'],
  ['<redis://h>', 'redis://h:6379/0', undefined, 'h:6379'],
  ['redis://[fe80::1%25eth0]:1', 'redis://[fe80::1%eth0]:1/0', undefined, '[fe80::1%eth0]:1'],
  ['redis://h?db=7', 'redis://h:6379/7', undefined, 'h:6379/7'],
  ['redis://h/?db=7', 'redis://h:6379/7', undefined, 'h:6379/7'],
  ['redis://h/4?db=7', 'redis://h:6379/4', undefined, 'h:6379/4'],
  ['redis://h/4/', 'redis://h:6379/4', undefined, 'h:6379/4'],
  ['redis://h:1', 'redis://h:1/0', undefined, 'h:1'],
  ['redis://h:65535', 'redis://h:65535/0', undefined, 'h:65535'],
  ['redis://:secret@h', 'redis://h:6379/0', 'secret', 'h:6379'],
  ['redis://user@h', 'redis://user@h:6379/0', undefined, 'h:6379'],
  ['user:secret@h:6380/1', 'redis://user@h:6380/1', 'secret', 'h:6380/1'],
  ['redis://user:p%40ss%2Fw%3Frd%23%25@h', 'redis://user@h:6379/0', 'p@ss/w?rd#%', 'h:6379'],
  ['redis://user:p@ss#w/r?d:x@h:6380/1', 'redis://user@h:6380/1', 'p@ss#w/r?d:x', 'h:6380/1'],
  ['redis://:100%@h', 'redis://h:6379/0', '100%', 'h:6379'],
  ['redis://:%zz%20@h', 'redis://h:6379/0', '%zz%20', 'h:6379'],
  ['redis://:pâss🔑@h', 'redis://h:6379/0', 'pâss🔑', 'h:6379'],
  ['redis://us%3Aer:pw@h', 'redis://us%3Aer@h:6379/0', 'pw', 'h:6379'],
  ['redis://[::1]:6380/2', 'redis://[::1]:6380/2', undefined, '[::1]:6380/2'],
  ['redis://[::1]', 'redis://[::1]:6379/0', undefined, '[::1]:6379'],
  ['redis://:pw@[fe80::1]:6380', 'redis://[fe80::1]:6380/0', 'pw', '[fe80::1]:6380'],
  ['::1', 'redis://[::1]:6379/0', undefined, '[::1]:6379'],
  ['redis://2001:db8::7/3', 'redis://[2001:db8::7]:6379/3', undefined, '[2001:db8::7]:6379/3'],
  ['unix:///run/redis.sock?db=1', 'unix:///run/redis.sock?db=1', undefined, '/run/redis.sock'],
  ['unix:/run/redis.sock', 'unix:///run/redis.sock?db=0', undefined, '/run/redis.sock'],
  ['/run/redis.sock', 'unix:///run/redis.sock?db=0', undefined, '/run/redis.sock'],
  ['unix://u:p@ss@/run/r.sock', 'unix://u@/run/r.sock?db=0', 'p@ss', '/run/r.sock'],
  ['unix://:p?w@/run/r.sock?db=2', 'unix:///run/r.sock?db=2', 'p?w', '/run/r.sock'],
  ['redis+unix:///run/a%20b.sock', 'unix:///run/a%20b.sock?db=0', undefined, '/run/a b.sock'],
  ['unix:///run/a%3Fb%23c%25.sock', 'unix:///run/a%3Fb%23c%25.sock?db=0', undefined, '/run/a?b#c%.sock'],
];

/** Texts that are refused, each with the password that must not be told. */
const refused: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /empty/],
  ['   ', /empty/],
  ['redis-cli -u ', /-u has no value/],
  ['redis-cli -a s3cret -h', /-h has no value/],
  ['redis-cli -a s3cret -p x', /port/],
  ['redis-cli -a s3cret -n x', /database/],
  ['redis-cli -a s3cret -s run/r.sock', /absolute path/],
  ['redis-cli -a s3cret --tls --insecure', /--insecure cannot be taken over/],
  ['redis-cli -a s3cret --host elsewhere', /option --host is not known/],
  ['redis-cli -as3cret -h h', /option -a is not known/],
  ['redis-cli -h h --pass=s3cret', /option --pass is not known/],
  ['redis-cli --user s3cret -a $REDIS_PASSWORD -h h', /-a is a variable of your shell/],
  ['redis-cli --user s3cret -h $REDIS_HOST', /-h is a variable of your shell/],
  ['redis://user:s3cret@h/0?x=s3cret', /\?x=…, which is not understood/],
  ['redis://user:s3cret@h/0/1', /database/],
  ['redis://user:s3cret@::1:6379', /port or part of the IPv6 address/],
  ['redis:///run/s3cret.sock', /absolute path/],
  ['redis-cluster://user:s3cret@h', /redis-cluster:\/\/ are not understood/],
  ['--user s3cret', /host name/],
  ['redis://user:s3cret@h\u200b', /host name/],
  ['http://user:s3cret@h', /http:\/\/, which is not Redis/],
  ['redis://user:s3cret@h:99999', /port/],
  ['redis://user:s3cret@h:0', /port/],
  ['redis://user:s3cret@h:63x', /port/],
  ['redis://user:s3cret@h:-1', /port/],
  ['redis://user:s3cret@h/db', /database/],
  ['redis://user:s3cret@h/-1', /database/],
  ['redis://user:s3cret@h?db=x', /database/],
  ['redis://user:s3cret@h ost', /host name/],
  ['redis://user:s3cret@h%6F', /host name/],
  ['redis://user:s3cret@[::1', /./],
  ['redis://user:s3cret@[::1]x', /./],
  ['redis://user:s3cret@[h]:6379', /./],
  ['redis://user:s3cret:6379', /./],
  ['h:6379:0', /./],
  ['unix://user:s3cret@run/redis.sock', /absolute path/],
  ['unix://:s3cret@/run/redis.sock?db=x', /database/],
];

describe('address of a connection', () => {
  for (const [text, url, password, name] of understood) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const parsed = parseConnectionUrl(text);
      assert.deepEqual(
        { url: parsed.url, password: parsed.password, name: parsed.name },
        { url, password, name },
      );
      assert.equal('password' in parsed.endpoint, false);
    });

    it(`reads its own form of ${JSON.stringify(text)} the same`, () => {
      const first = parseConnectionUrl(text);
      const again = parseConnectionUrl(first.url);
      assert.deepEqual(again.endpoint, first.endpoint);
      assert.equal(again.url, first.url);
      assert.equal(again.password, undefined);
    });
  }

  for (const [text, message] of refused) {
    it(`refuses ${JSON.stringify(text)} without telling the password`, () => {
      let failure: Failure | undefined;
      try {
        parseConnectionUrl(text);
      } catch (error) {
        if (isFailure(error)) failure = error;
      }
      assert.ok(failure, 'No failure was thrown');
      assert.equal(failure.code, 'argument');
      assert.match(failure.message, message);
      assert.notEqual(failure.hint, '');
      const told = `${failure.message} ${failure.hint} ${failure.stack} ${String(failure.cause)}`;
      assert.equal(told.includes('s3cret'), false);
    });
  }

  it('takes TLS from the scheme', () => {
    assert.deepEqual(parseConnectionUrl('rediss://h').endpoint.tls, {});
    assert.equal(parseConnectionUrl('redis://h').endpoint.tls, undefined);
  });

  it('takes TLS settings from the options of redis-cli, where the connection is encrypted', () => {
    const line = '-h h --cacert /ca.pem --cert "/my cert.pem" --key /key.pem --sni db.example';
    const tls = { ca: '/ca.pem', cert: '/my cert.pem', key: '/key.pem', servername: 'db.example' };
    assert.deepEqual(parseConnectionUrl(`redis-cli --tls ${line}`).tls, tls);
    assert.equal(parseConnectionUrl(`redis-cli ${line}`).tls, undefined);
    assert.equal(parseConnectionUrl('redis-cli --tls -h h').tls, undefined);
  });

  it('keeps the user name out of the password and the other way round', () => {
    const { endpoint, password } = parseConnectionUrl('redis://app%20user:a:b@h');
    assert.equal(endpoint.username, 'app user');
    assert.equal(password, 'a:b');
  });
});

describe('label of an endpoint', () => {
  const cases = [
    [{ host: 'h', port: 1, db: 0 }, 'h:1/0'],
    [{ host: '::1', port: 6379, db: 2 }, '[::1]:6379/2'],
    [{ host: 'x', port: 1, path: '/run/r.sock', db: 3 }, '/run/r.sock/3'],
  ] as const;
  for (const [endpoint, label] of cases) {
    it(`is ${label}`, () => assert.equal(endpointLabel(endpoint), label));
  }
});
