import * as l10n from '@vscode/l10n';
import { type ParseError, parse } from 'jsonc-parser';
import type { Variables } from './envFile';
import { asList, asRecord, asText } from './foreignData';
import { expandReferences } from './references';
import { folderOf, pathFrom, type WorkspaceFile } from './workspaceFile';

/** What a devcontainer.json says about Redis. */
export interface Devcontainer {
  readonly file: string;
  /** `forwardPorts` that look like Redis, as `host:port`. */
  readonly forwarded: readonly string[];
  readonly environments: readonly { readonly name: string; readonly variables: Variables }[];
  /** Compose files whose services its container is among. */
  readonly composeFiles: readonly string[];
  readonly complaint: string | undefined;
}

/** Reads a devcontainer.json, which is JSON with comments; never throws. */
export function readDevcontainer({ path, text }: WorkspaceFile): Devcontainer {
  const { json, errorAt } = parsed(text);
  const complaint =
    errorAt === undefined
      ? undefined
      : l10n.t('It is not well-formed JSON (line {0}).', text.slice(0, errorAt).split('\n').length);
  const settings = asRecord(json) ?? {};
  const written = settings.dockerComposeFile;
  return {
    file: path,
    forwarded: forwardedPorts(settings),
    environments: ['containerEnv', 'remoteEnv'].map((name) => ({
      name,
      variables: variablesOf(settings[name]),
    })),
    composeFiles: (Array.isArray(written) ? written : [written]).flatMap((each) =>
      typeof each === 'string' ? (pathFrom(folderOf(path), each) ?? []) : [],
    ),
    complaint,
  };
}

function parsed(text: string): { readonly json: unknown; readonly errorAt: number | undefined } {
  const errors: ParseError[] = [];
  try {
    const json: unknown = parse(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
    return { json, errorAt: errors[0]?.offset };
  } catch (error) {
    // Nested beyond what the parser's recursion can follow.
    if (error instanceof RangeError) return { json: undefined, errorAt: 0 };
    throw error;
  }
}

function forwardedPorts(settings: Readonly<Record<string, unknown>>): string[] {
  const attributes = asRecord(settings.portsAttributes) ?? {};
  return asList(settings.forwardPorts).flatMap((entry) => {
    const text = asText(entry) ?? '';
    const [, host = '127.0.0.1', port] = /^(?:([\w.-]+):)?(\d{1,5})$/.exec(text) ?? [];
    const label = asText(asRecord(attributes[text])?.label) ?? '';
    const isRedis = port === '6379' || /redis|valkey/i.test(`${host} ${label}`);
    return port !== undefined && isRedis ? [`${host}:${port}`] : [];
  });
}

/** Variables that refer to the machine outside, as `${localEnv:NAME}`, lead nowhere here. */
function variablesOf(value: unknown): Variables {
  return new Map(
    Object.entries(asRecord(value) ?? {}).flatMap(([name, each]) => {
      const text = asText(each);
      return text === undefined ? [] : [[name, expandReferences(text, 'braces', () => undefined)] as const];
    }),
  );
}
