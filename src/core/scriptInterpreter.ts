import * as l10n from '@vscode/l10n';
import { displayText } from './displayText';
import { Failure } from './failure';
import type { ProgramLine } from './workerProgram';

/** What the choice of an interpreter depends on. */
export interface InterpreterSources {
  /** `redisMessaging.interpreters`: by extension, a program or a program with its first arguments. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** As Node names it. */
  readonly platform: string;
  /** The Python that the Python extension has chosen. */
  readonly python?: string;
  /** The script that runs TypeScript, where the workspace has tsx. */
  readonly tsx?: string;
}

/** File types that run without a setting. The menus of Explorer and editor name the same. */
export const scriptExtensions = [
  '.py',
  '.js',
  '.mjs',
  '.cjs',
  '.ts',
  '.mts',
  '.sh',
  '.rb',
  '.php',
  '.go',
] as const;

/**
 * What runs a script: the setting for its type, else what is usual for it.
 * @throws {Failure} `argument` for a type that nothing is known of, or a setting that cannot be used
 */
export function scriptInterpreter(file: string, sources: InterpreterSources): ProgramLine {
  const extension = extensionOf(file);
  const given = Object.hasOwn(sources.settings, extension) ? sources.settings[extension] : undefined;
  if (given !== undefined) return settingLine(extension, given);
  const usual = usualLine(extension, sources);
  if (usual !== undefined) return usual;
  const what =
    extension === ''
      ? l10n.t('It is not known what runs "{0}": its name has no extension.', displayText(file))
      : l10n.t('It is not known what runs a {0} file.', displayText(extension));
  throw new Failure('argument', what, {
    hint: l10n.t('Name a program for "{0}" in the setting redisMessaging.interpreters.', extension),
  });
}

/** ".py" of "/work/Worker.PY"; empty where there is none. */
export function extensionOf(file: string): string {
  const name = file.split(/[\\/]/).pop() ?? '';
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot).toLowerCase() : '';
}

/** A program line as it may stand in a setting; undefined where it is none. */
export function readProgramLine(value: unknown): ProgramLine | undefined {
  const words: unknown[] = typeof value === 'string' ? [value.trim()] : Array.isArray(value) ? value : [];
  const isWord = (word: unknown): word is string => typeof word === 'string' && !word.includes('\0');
  const texts = words.filter(isWord);
  const [program, ...args] = texts;
  return program === undefined || program === '' || texts.length < words.length
    ? undefined
    : [program, ...args];
}

function settingLine(extension: string, value: unknown): ProgramLine {
  const line = readProgramLine(value);
  if (line !== undefined) return line;
  throw new Failure(
    'argument',
    l10n.t('The setting redisMessaging.interpreters has no usable program for "{0}".', extension),
    { hint: l10n.t('Write the program, or a list of the program and its first arguments.') },
  );
}

function usualLine(
  extension: string,
  { platform, python, tsx }: InterpreterSources,
): ProgramLine | undefined {
  switch (extension) {
    case '.py':
      // Unbuffered, so that what it prints is seen when it happens.
      return [python ?? (platform === 'win32' ? 'python' : 'python3'), '-u'];
    case '.js':
    case '.mjs':
    case '.cjs':
      return ['node'];
    case '.ts':
    case '.mts':
      // Node runs TypeScript by itself from 22.18 on.
      return tsx === undefined ? ['node'] : ['node', tsx];
    case '.sh':
      return ['bash'];
    case '.rb':
      return ['ruby'];
    case '.php':
      return ['php'];
    case '.go':
      return ['go', 'run'];
    default:
      return undefined;
  }
}
