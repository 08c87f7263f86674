import assert from 'node:assert/strict';
import type { FailureCode } from '../../../src/core/failure';
import { connectFailure } from '../../../src/redis/connectFailure';
import { replyFailure } from '../../../src/redis/replyFailure';

function reply(text: string): Error {
  const error = new Error(text);
  Object.defineProperty(error, 'name', { value: 'ReplyError' });
  return Object.assign(error, { command: { name: 'auth', args: ['s3cret'] } });
}

describe('replyFailure', () => {
  const cases: readonly (readonly [text: string, code: FailureCode])[] = [
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'wrongType'],
    ['NOAUTH Authentication required.', 'authentication'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'authentication'],
    ['ERR invalid password', 'authentication'],
    ['DENIED Redis is running in protected mode because…', 'authentication'],
    ["NOPERM this user has no permissions to run the 'lpush' command", 'permission'],
    ['NOPERM this user has no permissions to access one of the channels used as arguments', 'permission'],
    ['NOPERM No permissions to access a key', 'permission'],
    ["ERR The user executing the script can't run this command or subcommand script: e7", 'permission'],
    ["ERR ACL failure in script: User u has no permissions to run the 'lpop' command", 'permission'],
    ["READONLY You can't write against a read only replica.", 'readOnly'],
    ['LOADING Redis is loading the dataset in memory', 'loading'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'outOfMemory'],
    ['MISCONF Redis is configured to save RDB snapshots…', 'server'],
    ['NOREPLICAS Not enough good replicas to write.', 'server'],
    ['MOVED 3999 127.0.0.1:6381', 'server'],
    ['ASK 3999 127.0.0.1:6381', 'server'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'server'],
    ["CROSSSLOT Keys in request don't hash to the same slot", 'server'],
    ['CLUSTERDOWN The cluster is down', 'server'],
    ['ERR SELECT is not allowed in cluster mode', 'argument'],
    ['MISCONF Errors writing to the AOF file: No space left on device', 'server'],
    ['ERR max number of clients reached', 'unreachable'],
    ['ERR DB index is out of range', 'argument'],
    ["ERR unknown command 'AUTH', with args beginning with: 's3cret' ", 'server'],
    ["ERR Error in ACL SETUSER modifier '>s3cret': Syntax error", 'server'],
    ['ERR something new', 'server'],
  ];
  for (const [text, code] of cases) {
    it(`says ${code} of "${text.slice(0, 40)}"`, () => {
      const failure = replyFailure(reply(text), 'lpush');
      assert.equal(failure.code, code);
      assert.match(failure.message, /\.$|: .+$/);
      if (!/something new|SETUSER/.test(text)) assert.notEqual(failure.hint, '');
      assert.equal(`${JSON.stringify(failure)} ${String(failure.cause)}`.includes('s3cret'), false);
    });
  }

  it('names the command', () => {
    assert.equal(replyFailure(reply('OOM x'), 'lpush').message.startsWith('LPUSH was refused'), true);
  });

  it('tells a command that may not be run from a channel and a key', () => {
    for (const [text, command, message] of [
      ["run the 'pubsub|channels' command", 'PUBSUB', /^The user may not run PUBSUB\.$/],
      ["run the 'keys' command or its subcommand", 'KEYS', /^The user may not run KEYS\.$/],
      ['access one of the channels used as arguments', 'PUBLISH', /may not use that channel/],
      ['access one of the keys used as arguments', 'RPUSH', /may not use that key/],
    ] as const) {
      const failure = replyFailure(reply(`NOPERM this user has no permissions to ${text}`), command);
      assert.match(failure.message, message);
    }
  });

  it('reads what a script met out of the words that Redis before 7 puts around it', () => {
    const around = 'ERR Error running script (call to f_0123456789abcdef0123456789abcdef01234567): ';
    for (const [text, code, cause] of [
      ['@user_script:2: WRONGTYPE Operation against a key…', 'wrongType', /^WRONGTYPE/],
      ["@user_script:2: @user_script: 2: -READONLY You can't write against…", 'readOnly', /^READONLY/],
      ['@user_script:2: @user_script: 2: -OOM command not allowed…', 'outOfMemory', /^OOM/],
      ['@user_script:2: @user_script: 2: -MISCONF Redis is configured…', 'server', /^MISCONF/],
      ['@user_script:2: user_script:2: attempt to index a nil value', 'server', /attempt to index/],
    ] as const) {
      const failure = replyFailure(reply(around + text), 'eval');
      assert.equal(failure.code, code, text);
      assert.match(String(failure.cause), cause);
    }
  });

  it('escapes what the server says', () => {
    const { message } = replyFailure(reply('ERR bad\u001b[31m\u202ething'), 'get');
    assert.equal(message, 'GET was refused: bad\\e[31m\\u{202e}thing');
  });
});

describe('connectFailure', () => {
  const label = 'db.example:6379/0';
  const cases: readonly (readonly [code: string, failure: FailureCode, text: RegExp])[] = [
    ['ECONNREFUSED', 'unreachable', /Nothing listens at db\.example:6379\/0/],
    ['ENOTFOUND', 'unreachable', /unknown/],
    ['ETIMEDOUT', 'timeout', /in time/],
    ['EHOSTUNREACH', 'unreachable', /no way/],
    ['ECONNRESET', 'unreachable', /cut the connection/],
    ['ENOENT', 'unreachable', /no socket/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable', /self-signed/],
    ['CERT_HAS_EXPIRED', 'unreachable', /expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable', /another name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'unreachable', /does not speak TLS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unreachable', /authority that is not known/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'unreachable', /asks for a client certificate/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'unreachable', /asks for a client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unreachable', /refused the client certificate/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'unreachable', /refused the client certificate/],
    ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'argument', /cannot be used/],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'unreachable', /TLS with .* failed/],
  ];
  for (const [code, failureCode, text] of cases) {
    it(`says what ${code} means`, () => {
      const failure = connectFailure(Object.assign(new Error(code), { code }), label);
      assert.equal(failure.code, failureCode);
      assert.match(failure.message, text);
      assert.notEqual(failure.hint, '');
    });
  }

  it('takes the first cause where several addresses were tried', () => {
    const error = new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })], '');
    assert.match(connectFailure(error, label).message, /Nothing listens/);
  });

  it('hands server replies to replyFailure', () => {
    assert.equal(connectFailure(reply('WRONGPASS no'), label).code, 'authentication');
  });

  it('knows a server that is no Redis', () => {
    assert.equal(
      connectFailure(new Error('Protocol error: a value that begins with byte 72'), label).code,
      'notRedis',
    );
  });
});
