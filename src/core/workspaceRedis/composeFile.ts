import * as l10n from '@vscode/l10n';
import { parseDocument } from 'yaml';
import { commandOption } from './composeCommand';
import { type ComposePort, concerns, readComposePort } from './composePorts';
import type { Variables } from './envFile';
import { asList, asRecord, asText } from './foreignData';
import { type Expansion, expandReferences } from './references';
import type { WorkspaceFile } from './workspaceFile';

/** A service of a compose file, as far as it matters to finding Redis. */
export interface ComposeService {
  readonly file: string;
  readonly name: string;
  /** Further names by which other services reach it. */
  readonly aliases: readonly string[];
  readonly isRedis: boolean;
  /** The port inside at which it serves, and whether that port speaks TLS. */
  readonly port: number;
  readonly tls: boolean;
  readonly ports: readonly ComposePort[];
  /** Shares the network of this machine, so that nothing need be published. */
  readonly hostNetwork: boolean;
  readonly password: Expansion | undefined;
  readonly environment: Variables;
}

/** UTF-16 units. Some YAML is read at no more than 100 kB a second, and no compose file is near this. */
export const largestComposeFile = 131_072;
const mostServices = 500;
const redisPort = 6379;

/** Images that serve the Redis protocol, by the last part of their name. */
const serverImage =
  /(?:^|\/)(?:redis|redis-stack|redis-stack-server|redis-cluster|redismod|rejson|redisearch|valkey|valkey-bundle|valkey-cluster|keydb|dragonfly|garnet)(?:[:@]|$)/i;

export interface ComposeFile {
  readonly services: readonly ComposeService[];
  /** What is wrong with the file, without a word of what stands in it. */
  readonly complaint: string | undefined;
}

/**
 * Reads the services of a compose file; never throws.
 * @param variables of the `.env` file next to it.
 */
export function readComposeFile({ path, text }: WorkspaceFile, variables: Variables): ComposeFile {
  if (text.length > largestComposeFile)
    return { services: [], complaint: l10n.t('It is too large to be read.') };
  try {
    const document = parseDocument(text, { merge: true, prettyErrors: false, logLevel: 'silent' });
    const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
    const [error] = broken === undefined ? document.errors : [broken];
    const line = text.slice(0, error?.pos[0]).split('\n').length;
    if (broken !== undefined) {
      return { services: [], complaint: l10n.t('It is not well-formed YAML (line {0}).', line) };
    }
    const services = Object.entries(asRecord(asRecord(document.toJS({ maxAliasCount: 100 }))?.services) ?? {})
      .slice(0, mostServices)
      .flatMap(([name, value]) => readService(path, name, asRecord(value), variables) ?? []);
    const complaint = error === undefined ? undefined : l10n.t('A name stands twice in it (line {0}).', line);
    return { services, complaint };
  } catch (error) {
    // Nested or aliased beyond reason: the parser gives up with errors of these kinds, whose text may quote the file.
    if (error instanceof Error) return { services: [], complaint: l10n.t('It cannot be read as YAML.') };
    throw error;
  }
}

function readService(
  file: string,
  name: string,
  definition: Readonly<Record<string, unknown>> | undefined,
  variables: Variables,
): ComposeService | undefined {
  if (definition === undefined) return undefined;
  const expand = (text: string) => expandReferences(text, 'compose', (each) => variables.get(each));
  const environment = readEnvironment(definition.environment, expand, variables);
  const expandedImage = expand(asText(definition.image) ?? '');
  // An image whose registry or tag comes from elsewhere still tells its name.
  const image = 'text' in expandedImage ? expandedImage.text : (asText(definition.image) ?? '');
  const ports = asList(definition.ports).map((entry) => readComposePort(entry, expand));
  const commands = [
    definition.command,
    definition.entrypoint,
    ...['REDIS_ARGS', 'VALKEY_EXTRA_FLAGS', 'REDIS_EXTRA_FLAGS'].map((each) => known(environment.get(each))),
  ];
  const inService = (text: string | undefined): Expansion | undefined => {
    const expanded = text === undefined ? undefined : expand(text);
    if (expanded === undefined || 'missing' in expanded) return expanded;
    return expandReferences(expanded.text, 'shell', (each) => environment.get(each));
  };
  const numberOf = (option: string) => portOption(inService(commandOption(commands, option)));
  const tlsPort = numberOf('tls-port');
  const port = numberOf('port') ?? portOption(environment.get('REDIS_PORT_NUMBER')) ?? redisPort;
  const tls = tlsPort !== undefined && (port === 0 || !ports.some((entry) => concerns(entry, port)));
  return {
    file,
    name,
    aliases: [definition.container_name, definition.hostname].flatMap((alias) => asText(alias) ?? []),
    isRedis: serverImage.test(image) || ports.some((entry) => concerns(entry, redisPort)),
    port: tls ? tlsPort : port,
    tls,
    ports,
    hostNetwork: definition.network_mode === 'host',
    password: inService(commandOption(commands, 'requirepass')) ?? imagePassword(image, environment),
    environment,
  };
}

function known(value: Expansion | undefined): string | undefined {
  return value !== undefined && 'text' in value ? value.text : undefined;
}

function portOption(value: Expansion | undefined): number | undefined {
  const text = known(value);
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

/** Images other than Redis's own take the password from a variable. */
function imagePassword(image: string, environment: Variables): Expansion | undefined {
  const names = /bitnami/i.test(image)
    ? ['REDIS_PASSWORD', 'VALKEY_PASSWORD']
    : /dragonfly/i.test(image)
      ? ['DFLY_requirepass']
      : [];
  return names.map((name) => environment.get(name)).find((value) => value !== undefined);
}

/** `environment` as a map or as a list; a name without a value takes that of the `.env` file. */
function readEnvironment(
  value: unknown,
  expand: (text: string) => Expansion,
  variables: Variables,
): Variables {
  const entries: readonly (readonly [string, string | undefined])[] = Array.isArray(value)
    ? value.flatMap((entry) => {
        const [, name, , text] = /^([^=]+)(=([\s\S]*))?$/.exec(asText(entry) ?? '') ?? [];
        return name === undefined ? [] : [[name, text] as const];
      })
    : Object.entries(asRecord(value) ?? {}).map(([name, each]) => [name, scalar(each)] as const);
  return new Map(
    entries.flatMap(([name, text]) => {
      const expansion = text === undefined ? variables.get(name) : expand(text);
      return expansion === undefined ? [] : [[name, expansion] as const];
    }),
  );
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : asText(value);
}
