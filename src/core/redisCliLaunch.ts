import type { Endpoint } from '../protocol/endpoint';
import type { WorkerCommand } from '../protocol/workerLease';
import type { RedisCliProgram } from './workerProgram';

/**
 * The redis-cli of an endpoint. The password travels in REDISCLI_AUTH, which the launcher alone hands over: arguments are
 * seen by every user of the machine, and a terminal's own variables by every extension.
 */
export function redisCliLine(
  { cli, tls, cluster }: RedisCliProgram,
  endpoint: Endpoint,
): Omit<WorkerCommand, 'name'> {
  const [program, ...before] = cli;
  const { host, port, path, username, password, db } = endpoint;
  const where = path === undefined ? ['-h', host, '-p', String(port)] : ['-s', path];
  const user = username === undefined ? [] : ['--user', username];
  const encrypted = endpoint.tls === undefined ? [] : ['--tls', ...tlsFlags(endpoint, tls)];
  const database = cluster ? ['-c'] : ['-n', String(db)];
  return {
    program,
    args: [...before, ...where, ...database, ...user, ...encrypted],
    env: password === undefined ? {} : { REDISCLI_AUTH: password },
  };
}

function tlsFlags(endpoint: Endpoint, tls: RedisCliProgram['tls']): string[] {
  const flag = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  // redis-cli sends no server name by itself.
  const name = tls?.servername ?? (/^[\d.]+$|:/.test(endpoint.host) ? undefined : endpoint.host);
  return [
    ...flag('--cacert', tls?.ca),
    ...flag('--cert', tls?.cert),
    ...flag('--key', tls?.key),
    ...flag('--sni', name),
  ];
}
