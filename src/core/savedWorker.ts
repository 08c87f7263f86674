import * as l10n from '@vscode/l10n';
import type { WorkerTarget } from '../protocol/workerLease';
import { displayText } from './displayText';
import { Failure } from './failure';
import { isMessageValue, type MessageValue } from './messageValue';
import { readProgramLine } from './scriptInterpreter';
import type { ProgramLine } from './workerProgram';
import { type WorkerTemplate, workerTemplates } from './workerTemplates';

/** Copies of one worker at the most. */
export const mostCopies = 20;
const mostMembers = 50;
/** Of all workers of a compound: each copy gets a terminal, and one click starts them all. */
const mostCopiesTogether = 50;
const mostTargets = 50;
const mostArguments = 1_000;
const mostRestarts = 1_000;

/** A worker as a setting, a task or a command's argument describes it; paths and names are as they were written. */
export interface WorkerDefinition {
  readonly what: DefinedBuiltIn | DefinedScript;
  readonly targets: readonly WorkerTarget[];
  /** Id or name. */
  readonly connection?: string;
  readonly count: number;
  /** Restarts after crashes in a row; true for as many as the settings say. */
  readonly restart: number | true;
}

/** A program of ours, with the options that were given. */
export interface DefinedBuiltIn {
  readonly kind: 'builtIn';
  readonly template: WorkerTemplate;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A script, with paths that may be relative to the workspace folder. */
export interface DefinedScript {
  readonly kind: 'script';
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly interpreter?: ProgramLine;
  readonly compose?: DefinedCompose;
}

/** Where in a compose file a script runs. */
export interface DefinedCompose {
  readonly service: string;
  readonly file?: string;
  readonly script?: string;
  readonly redisHost?: string;
  readonly redisPort?: number;
}

/** An entry of the setting `redisMessaging.workers`. */
export type SavedWorker =
  | { readonly kind: 'worker'; readonly name: string; readonly definition: WorkerDefinition }
  | { readonly kind: 'compound'; readonly name: string; readonly members: readonly string[] }
  /** It cannot be used, and this is why. */
  | { readonly kind: 'broken'; readonly name: string; readonly cause: Failure };

const targetKinds = ['queue', 'stream', 'channel', 'pattern'] as const;
const fields: readonly string[] = [
  ...targetKinds,
  'template',
  'options',
  'script',
  'args',
  'cwd',
  'interpreter',
  'compose',
  'connection',
  'count',
  'restartOnCrash',
];

/** The entries of the setting in their order; what cannot be used is there with its cause. Never throws. */
export function readSavedWorkers(setting: Readonly<Record<string, unknown>>): readonly SavedWorker[] {
  return Object.entries(setting).map(([name, value]): SavedWorker => {
    try {
      if (Array.isArray(value)) return { kind: 'compound', name, members: members(value, setting) };
      if (!isRecord(value)) throw bad(name, l10n.t('an object, or a list of names'));
      const stranger = Object.keys(value).find((field) => !fields.includes(field));
      if (stranger !== undefined) throw unknownField(stranger);
      return { kind: 'worker', name, definition: workerDefinition(value) };
    } catch (error) {
      if (error instanceof Failure) return { kind: 'broken', name, cause: error };
      throw error;
    }
  });
}

/**
 * The workers that a saved name stands for: itself, or the members of a compound.
 * @throws {Failure} `notFound`, or `argument` with what is wrong in the setting
 */
export function savedDefinitions(saved: readonly SavedWorker[], name: string): readonly WorkerDefinition[] {
  const found = saved.find((each) => each.name === name);
  switch (found?.kind) {
    case 'worker':
      return [found.definition];
    case 'compound':
      return found.members.flatMap((member) => savedDefinitions(saved, member));
    case 'broken':
      throw new Failure(
        'argument',
        l10n.t('The saved worker "{0}" cannot be used: {1}', displayText(name), found.cause.message),
        { hint: `${found.cause.hint} ${l10n.t('Correct it in the setting redisMessaging.workers.')}`.trim() },
      );
    case undefined:
      throw new Failure('notFound', l10n.t('There is no saved worker "{0}".', displayText(name)), {
        hint: l10n.t(
          'Saved workers: {0}.',
          saved.map((each) => displayText(each.name, 60)).join(', ') || '–',
        ),
      });
  }
}

/**
 * Reads a worker's description. Fields that it does not know are left alone, for the caller may have some of its own.
 * @throws {Failure} `argument` naming the field that is missing or of the wrong kind
 */
export function workerDefinition(value: Readonly<Record<string, unknown>>): WorkerDefinition {
  const connection = text(value, 'connection');
  const what = value.script === undefined ? builtIn(value) : script(value);
  return {
    what,
    targets: targets(value),
    ...(connection === undefined ? {} : { connection }),
    count: whole(value, 'count', 1, mostCopies) ?? 1,
    restart: value.restartOnCrash === true ? true : restarts(value),
  };
}

function builtIn(value: Readonly<Record<string, unknown>>): DefinedBuiltIn {
  const template = workerTemplates.find((each) => each === value.template);
  if (template === undefined) {
    const kinds = workerTemplates.join(', ');
    throw value.template === undefined
      ? bad('script', l10n.t('a path, unless "template" is one of {0}', kinds))
      : bad('template', kinds);
  }
  const options = value.options ?? {};
  if (!isRecord(options)) throw bad('options', l10n.t('an object'));
  return { kind: 'builtIn', template, options };
}

function script(value: Readonly<Record<string, unknown>>): DefinedScript {
  const path = text(value, 'script') ?? '';
  if (path.trim() === '') throw bad('script', l10n.t('a path'));
  const cwd = text(value, 'cwd');
  const interpreter = value.interpreter === undefined ? undefined : readProgramLine(value.interpreter);
  if (value.interpreter !== undefined && interpreter === undefined) {
    throw bad('interpreter', l10n.t('a program, or a list of the program and its first arguments'));
  }
  const args = value.args ?? [];
  if (!isTexts(args) || args.length > mostArguments) throw bad('args', l10n.t('a list of text'));
  return {
    kind: 'script',
    script: path,
    args,
    ...(cwd === undefined ? {} : { cwd }),
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(value.compose === undefined ? {} : { compose: compose(value.compose) }),
  };
}

function compose(value: unknown): DefinedCompose {
  if (!isRecord(value)) throw bad('compose', l10n.t('an object'));
  const service = text(value, 'service');
  if (service === undefined || service === '') throw bad('compose.service', l10n.t('the name of a service'));
  const optional = (['file', 'script', 'redisHost'] as const).flatMap((field) => {
    const found = text(value, field);
    return found === undefined ? [] : [[field, found] as const];
  });
  const redisPort = whole(value, 'redisPort', 1, 65_535);
  return { service, ...Object.fromEntries(optional), ...(redisPort === undefined ? {} : { redisPort }) };
}

function targets(value: Readonly<Record<string, unknown>>): readonly WorkerTarget[] {
  const found = targetKinds.flatMap((kind) => {
    const given = value[kind];
    if (given === undefined) return [];
    const names: unknown[] = Array.isArray(given) ? given : [given];
    const isName = (name: unknown): name is MessageValue => isMessageValue(name) && name !== '';
    if (!names.every(isName)) throw bad(kind, l10n.t('a name, or a list of names'));
    return names.filter(isName).map((name) => ({ kind, name }));
  });
  if (found.length > mostTargets) throw bad('queue', l10n.t('a list of at most {0} names', mostTargets));
  return found;
}

function restarts(value: Readonly<Record<string, unknown>>): number {
  if (value.restartOnCrash === undefined || value.restartOnCrash === false) return 0;
  return whole(value, 'restartOnCrash', 0, mostRestarts) ?? 0;
}

/** Compounds hold workers only, so that none can hold itself. */
function members(value: readonly unknown[], setting: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isTexts(value) || value.length === 0 || value.length > mostMembers) {
    throw new Failure('argument', l10n.t('A compound is a list of 1 to {0} names.', mostMembers));
  }
  const missing = value.find((name) => !isRecord(setting[name]));
  if (missing === undefined) {
    const copies = value.reduce((sum, name) => sum + copiesOf(setting[name]), 0);
    if (copies <= mostCopiesTogether) return value;
    throw new Failure(
      'argument',
      l10n.t(
        'The workers of a compound have {0} copies at most; these have {1}.',
        mostCopiesTogether,
        copies,
      ),
    );
  }
  if (Array.isArray(setting[missing])) {
    const what = l10n.t('A compound holds workers only, and "{0}" is a compound, too.', displayText(missing));
    throw new Failure('argument', what);
  }
  throw new Failure('argument', l10n.t('There is no worker "{0}" for the compound.', displayText(missing)));
}

/** As far as it can be told: a worker that is itself wrong is refused when the compound is started. */
function copiesOf(worker: unknown): number {
  return isRecord(worker) && typeof worker.count === 'number' && worker.count > 1 ? worker.count : 1;
}

function text(value: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const found = value[field];
  if (found === undefined) return undefined;
  if (typeof found === 'string' && !found.includes('\0')) return found;
  throw bad(field, l10n.t('text'));
}

function whole(
  value: Readonly<Record<string, unknown>>,
  field: string,
  least: number,
  most: number,
): number | undefined {
  const found = value[field];
  if (found === undefined) return undefined;
  if (typeof found === 'number' && Number.isInteger(found) && found >= least && found <= most) return found;
  throw bad(field, l10n.t('a whole number from {0} to {1}', least, most));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && !each.includes('\0'));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(field: string, expected: string): Failure {
  return new Failure('argument', l10n.t('"{0}" must be {1}.', displayText(field, 60), expected));
}

function unknownField(field: string): Failure {
  // So the target is called in calls from code.
  if (field === 'target' || field === 'targets') {
    const what = l10n.t('There is no field "{0}": it is one of {1} here.', field, targetKinds.join(', '));
    return new Failure('argument', what);
  }
  return new Failure('argument', l10n.t('There is no field "{0}".', displayText(field, 60)), {
    hint: l10n.t('It takes: {0}.', fields.join(', ')),
  });
}
