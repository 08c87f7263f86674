import type { ConnectionProfile } from './connectionProfile';
import type { ConnectionState } from './connectionState';
import type { DatabaseModel } from './databaseModel';

/** All that the tree shows of one connection. */
export interface ConnectionSnapshot {
  readonly profile: ConnectionProfile;
  readonly address: string;
  readonly state: ConnectionState;
  readonly model: DatabaseModel;
  /** Patterns that panels of ours watch. */
  readonly patterns: readonly Buffer[];
}

export interface ExplorerSnapshot {
  readonly connections: readonly ConnectionSnapshot[];
  readonly delimiter: string;
  /** Redis glob; names that it does not match are not shown. */
  readonly glob: string | undefined;
}
