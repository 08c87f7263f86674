import type { ConnectionProfile } from './connectionProfile';
import type { ConnectionState } from './connectionState';
import type { DatabaseModel } from './databaseModel';

/** All that the tree shows of one connection. */
export interface ConnectionSnapshot {
  readonly profile: ConnectionProfile;
  readonly address: string;
  readonly state: ConnectionState;
  readonly model: DatabaseModel;
  /** It is idle and connects by itself while its branch is open, since the user did not disconnect it. */
  readonly returning: boolean;
  /** Commands, in upper case, that the user was refused since connecting. */
  readonly denied: readonly string[];
  /** Patterns that panels of ours watch. */
  readonly patterns: readonly Buffer[];
}

export interface ExplorerSnapshot {
  readonly connections: readonly ConnectionSnapshot[];
  readonly delimiter: string;
  /** Redis glob; names that it does not match are not shown. */
  readonly glob: string | undefined;
}
