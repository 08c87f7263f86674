import type { RedisCommand } from './commandPort';

/** Commands that change nothing, of those that this product or its tests send. */
const reads: ReadonlySet<string> = new Set([
  ...['PING', 'ECHO', 'TIME', 'INFO', 'DBSIZE', 'LASTSAVE', 'ROLE', 'COMMAND', 'SELECT'],
  ...['SCAN', 'EXISTS', 'TYPE', 'TTL', 'PTTL', 'RANDOMKEY', 'DUMP'],
  ...['LLEN', 'LRANGE', 'LINDEX', 'LPOS'],
  ...['XLEN', 'XRANGE', 'XREVRANGE', 'XREAD', 'XPENDING', 'XINFO'],
  ...['GET', 'MGET', 'STRLEN', 'GETRANGE'],
  ...['HGET', 'HMGET', 'HGETALL', 'HLEN', 'HEXISTS', 'HKEYS', 'HVALS', 'HSCAN'],
  ...['SCARD', 'SMEMBERS', 'SISMEMBER', 'SSCAN'],
  ...['ZCARD', 'ZCOUNT', 'ZRANGE', 'ZRANGEBYSCORE', 'ZREVRANGE', 'ZSCORE', 'ZSCAN'],
  ...['PUBSUB', 'OBJECT', 'MEMORY USAGE', 'SLOWLOG GET', 'CONFIG GET', 'LATENCY LATEST'],
  ...['CLIENT LIST', 'CLIENT ID', 'CLIENT INFO', 'CLIENT GETNAME', 'CLIENT SETNAME', 'CLIENT SETINFO'],
  ...['ACL WHOAMI', 'ACL GETUSER', 'ACL LIST', 'ACL CAT', 'ACL DRYRUN'],
  ...['CLUSTER INFO', 'CLUSTER NODES', 'CLUSTER SHARDS', 'CLUSTER SLOTS', 'CLUSTER KEYSLOT', 'SCRIPT EXISTS'],
]);

/** Whether a command changes nothing on the server. One that is not known counts as a write. */
export function isRead([name, first]: RedisCommand): boolean {
  const command = name.toUpperCase();
  if (reads.has(command)) return true;
  return first !== undefined && reads.has(`${command} ${String(first).toUpperCase()}`);
}
