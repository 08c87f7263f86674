import * as l10n from '@vscode/l10n';
import type { Endpoint } from '../protocol/endpoint';
import type { WorkerCommand } from '../protocol/workerLease';
import { Failure } from './failure';
import type { ComposeService, ProgramLine } from './workerProgram';

/** By this variable a worker gets its name, and in a container it is found again by it. */
export const clientNameVariable = 'REDIS_CLIENT_NAME';

/**
 * Signals all that was started under a name: `docker exec` passes no signal on, and its end leaves the program running.
 * Arguments: the name, and the signal without SIG.
 */
const signalScript = [
  'for p in /proc/[0-9]*; do',
  `tr '\\0' '\\n' 2>/dev/null <"$p/environ" | grep -qxF "${clientNameVariable}=$1" && kill -s "$2" "\${p#/proc/}";`,
  'done; true',
].join(' ');

/**
 * The command that runs a script in a service. Variables travel by name, so that no secret stands in an argument.
 * @throws {Failure} `argument` where the service cannot be one: an option, for example
 */
export function composeLine(
  compose: ComposeService,
  interpreter: ProgramLine,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Omit<WorkerCommand, 'name'> {
  const [program, ...before] = compose.command;
  const base = [...before, '--file', compose.file, 'exec'];
  const service = checkedService(compose.service);
  const names = Object.keys(env).flatMap((name) => ['--env', name]);
  const signal = ['-T', service, 'sh', '-c', signalScript, 'sh', env[clientNameVariable] ?? ''];
  return {
    program,
    args: [...base, ...names, service, ...interpreter, noOption(compose.script), ...args],
    cwd,
    env,
    signal: { program, args: [...base, ...signal] },
    cleanUp: { program, args: [...base, ...signal, 'KILL'] },
  };
}

/** The endpoint as the service sees it: in a container, localhost is the container itself. */
export function composeEndpoint(
  { path, ...endpoint }: Endpoint,
  { redisHost, redisPort }: ComposeService,
): Endpoint {
  return {
    ...endpoint,
    // A socket of this machine is not there; with another host it would hide it.
    ...(path === undefined || redisHost !== undefined ? {} : { path }),
    ...(redisHost === undefined ? {} : { host: redisHost }),
    ...(redisPort === undefined ? {} : { port: redisPort }),
  };
}

/** A relative path that begins with a hyphen is still a path. */
function noOption(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

/** The rule of the compose specification. */
function checkedService(service: string): string {
  if (/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(service)) return service;
  throw new Failure('argument', l10n.t('"{0}" is no name of a service.', service), {
    hint: l10n.t('Name a service as it stands in the compose file.'),
  });
}
