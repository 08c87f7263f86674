import { displayText } from './displayText';
import type { ProfileTls } from './profileTls';
import {
  templateDescriptions,
  templateName,
  type WorkerOptions,
  type WorkerTemplate,
} from './workerTemplates';

/** A program with the arguments that stand before everything else. */
export type ProgramLine = readonly [program: string, ...args: string[]];

/** A program of ours. */
export interface BuiltInProgram {
  readonly kind: 'builtIn';
  readonly template: WorkerTemplate;
  readonly options: WorkerOptions;
}

/** A file of the user's. */
export interface ScriptProgram {
  readonly kind: 'script';
  /** Absolute path. */
  readonly file: string;
  /** What runs it; where it is absent, the settings and the file's type decide at each start. */
  readonly interpreter?: ProgramLine;
  readonly args: readonly string[];
  /** Absolute path. */
  readonly cwd: string;
  /** It runs in this service instead of on this machine. */
  readonly compose?: ComposeService;
}

/** A service of a compose file in which a worker runs. */
export interface ComposeService {
  /** `docker compose`, or what the settings name instead. */
  readonly command: ProgramLine;
  /** Absolute path of the compose file. */
  readonly file: string;
  readonly service: string;
  /** The script's path in the container, absolute or below the service's working directory. */
  readonly script: string;
  /** Where the service reaches Redis, when that is not where this machine does. */
  readonly redisHost?: string;
  readonly redisPort?: number;
}

/** redis-cli in a terminal: shown in no view, since it is no worker, but its secrets travel as those of a worker. */
export interface RedisCliProgram {
  readonly kind: 'redisCli';
  readonly cli: ProgramLine;
  /** TLS files of the connection, as redis-cli takes them: by path. */
  readonly tls?: ProfileTls;
  readonly cluster: boolean;
}

/** What the workers of a group run. */
export type WorkerProgram = BuiltInProgram | ScriptProgram | RedisCliProgram;

/** A program as it can be started: it is known what runs it. */
export type RunnableProgram =
  | BuiltInProgram
  | (ScriptProgram & { readonly interpreter: ProgramLine })
  | RedisCliProgram;

/** What people call the program, for use inside a sentence. */
export function programName(program: WorkerProgram): string {
  switch (program.kind) {
    case 'builtIn':
      return templateName(program.template);
    case 'script':
      return displayText(program.file.split(/[\\/]/).pop() ?? program.file, 60);
    case 'redisCli':
      return 'redis-cli';
  }
}

/** The codicon that stands for a program. */
export function programIcon(program: WorkerProgram): string {
  switch (program.kind) {
    case 'builtIn':
      return templateDescriptions[program.template].icon;
    case 'script':
      return 'file-code';
    case 'redisCli':
      return 'terminal';
  }
}
