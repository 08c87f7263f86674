import * as l10n from '@vscode/l10n';
import { Failure } from './failure';
import type { ProfileTls } from './profileTls';

/** What a command line of redis-cli says of the server: what is absent has redis-cli's own default. */
export interface RedisCliLine {
  readonly uri?: string;
  readonly host?: string;
  readonly port?: string;
  readonly socket?: string;
  readonly username?: string;
  readonly password?: string;
  readonly db?: string;
  readonly encrypted: boolean;
  readonly tls: ProfileTls;
}

type Field = 'uri' | 'host' | 'port' | 'socket' | 'username' | 'password' | 'db' | keyof ProfileTls;

/** Options that take a value and say where and as whom to connect. */
const meaningful: Readonly<Record<string, Field>> = {
  '-u': 'uri',
  '-h': 'host',
  '-p': 'port',
  '-s': 'socket',
  '--user': 'username',
  '-a': 'password',
  '--pass': 'password',
  '-n': 'db',
  '--sni': 'servername',
  '--cacert': 'ca',
  '--cert': 'cert',
  '--key': 'key',
};

/** Options that take a value and say nothing of the connection. */
const ignoredWithValue = new Set(
  (
    '-r -i -d -D -X -t --count --eval --functions-rdb --intrinsic-latency --keystats-samples --lru-test ' +
    '--memkeys-samples --pattern --pipe-timeout --quoted-pattern --rdb --show-pushes --tls-ciphers --tls-ciphersuites --top'
  ).split(' '),
);

/** Options without a value that say nothing of where and as whom to connect. */
const ignoredFlags = new Set(
  (
    '-2 -3 -4 -6 -c -e -x --askpass --bigkeys --csv --hotkeys --json --keystats --latency --latency-history ' +
    '--latency-dist --ldb --ldb-sync-mode --memkeys --no-auth-warning --no-raw --pipe --quoted-input --quoted-json ' +
    '--raw --replica --scan --slave --stat --tls --verbose'
  ).split(' '),
);

/**
 * Reads a command line of redis-cli or valkey-cli as its shell and it would, up to the command that it runs; undefined
 * where the text is none. `REDISCLI_AUTH=… redis-cli` counts.
 * @throws {Failure} `argument` on what cannot be taken over; never with a value in it.
 */
export function readRedisCliLine(text: string): RedisCliLine | undefined {
  const words = shellWords(text.replace(/^\s*[$#>]\s+/, ''));
  const begin = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  if (begin < 0 || !/^(?:.*[\\/])?(?:redis|valkey)-cli(?:\.exe)?$/i.test(words[begin] ?? ''))
    return undefined;
  const { fields, encrypted } = readOptions(words.slice(begin + 1));
  const environment = words.slice(0, begin).find((word) => word.startsWith('REDISCLI_AUTH='));
  const fallback = environment === undefined ? {} : { password: environment.slice('REDISCLI_AUTH='.length) };
  const { ca, cert, key, servername, ...rest } = { ...fallback, ...fields };
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, servername }).filter(([, value]) => value !== undefined),
  );
  return { ...rest, encrypted, tls };
}

function readOptions(words: readonly string[]): {
  readonly fields: Partial<Record<Field, string>>;
  readonly encrypted: boolean;
} {
  const fields: Partial<Record<Field, string>> = {};
  let encrypted = false;
  for (let at = 0; at < words.length; at++) {
    const option = words[at] ?? '';
    // The first word that is no option begins the command that redis-cli runs.
    if (!option.startsWith('-')) break;
    if (option === '--tls') encrypted = true;
    if (option === '--insecure' || option === '--cacertdir') throw notTakenOver(option);
    const field = Object.hasOwn(meaningful, option) ? meaningful[option] : undefined;
    if (ignoredFlags.has(option)) continue;
    if (field === undefined && !ignoredWithValue.has(option)) throw unknownOption(option);
    const value = words[++at];
    if (value === undefined) throw withoutValue(option);
    if (field === undefined) continue;
    if (/^\$(\w+|\{\w+\})$/.test(value)) throw shellVariable(option);
    fields[field] = value;
  }
  return { fields, encrypted };
}

function notTakenOver(option: string): Failure {
  return new Failure('argument', l10n.t('The option {0} cannot be taken over.', option), {
    hint: l10n.t('Certificates are always verified: name the authority that issued them with --cacert.'),
  });
}

/** Passed over, it could be the one that names the server. */
function unknownOption(option: string): Failure {
  // What follows may be a value that is glued to it, as in -asecret.
  const name = /^--[a-z-]+|^-./i.exec(option)?.[0] ?? '-';
  return new Failure('argument', l10n.t('The option {0} is not known here.', name), {
    hint: l10n.t('Leave it out. An option and its value stand apart, as in {0}.', '-h host -p 6379'),
  });
}

function shellVariable(option: string): Failure {
  return new Failure(
    'argument',
    l10n.t('The value of {0} is a variable of your shell, which is not known here.', option),
    { hint: l10n.t('Put its value there, or leave the option out: you are asked for what is missing.') },
  );
}

function withoutValue(option: string): Failure {
  return new Failure('argument', l10n.t('The option {0} has no value.', option), {
    hint: l10n.t('Paste the whole command line.'),
  });
}

/**
 * Words as a POSIX shell splits them: quotes and backslashes are undone, and nothing is expanded. A quote that is never
 * closed stands for itself, as it does in a password that was pasted raw.
 */
function shellWords(text: string): string[] {
  const piece = /\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|(\s+)|([\s\S])/g;
  const words: string[] = [];
  let word: string | undefined;
  for (const [, escaped, single, double, space, plain] of text.matchAll(piece)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word = (word ?? '') + (escaped ?? single ?? double?.replace(/\\([$`"\\])/g, '$1') ?? plain ?? '');
  }
  return word === undefined ? words : [...words, word];
}
