import type { ConnectionProfile } from './connectionProfile';
import type { ConnectionState } from './connectionState';
import type { Failure } from './failure';
import type { QueueEnd } from './queue';
import type { ServerFacts } from './serverInfo';

export type GroupKind = 'queues' | 'streams' | 'channels';

interface NodeBase {
  /** Made of connection, kind and name, so that expansion and selection survive every refresh. */
  readonly id: string;
  /** Id of the profile. */
  readonly connection: string;
}

/** A name below a namespace: `label` is what its parents do not show already. */
interface NamedNode extends NodeBase {
  readonly name: Buffer;
  readonly label: Buffer;
}

export interface ConnectionNode extends NodeBase {
  readonly kind: 'connection';
  readonly profile: ConnectionProfile;
  readonly address: string;
  readonly state: ConnectionState;
  /** What the server is, as far as it is known. */
  readonly facts?: ServerFacts;
}

export interface GroupNode extends NodeBase {
  readonly kind: GroupKind;
  readonly count: number;
  /** Names that the filter lets through; undefined without a filter. */
  readonly matching?: number;
  readonly searching: boolean;
  /** There are more than were counted. */
  readonly partial: boolean;
  /** The user may not look for them: only those are shown that something named. */
  readonly refused: boolean;
}

export interface NamespaceNode extends NodeBase {
  readonly kind: 'namespace';
  readonly group: GroupKind;
  /** Common beginning of the names below, delimiter included, one UTF-16 unit a byte. */
  readonly prefix: string;
  /** The part of `prefix` that the parent does not show. */
  readonly segment: Buffer;
  readonly count: number;
}

export interface QueueNode extends NamedNode {
  readonly kind: 'queue';
  readonly length: number;
  readonly drained: boolean;
  readonly perSecond?: number;
  readonly problem?: Failure;
}

export interface StreamNode extends NamedNode {
  readonly kind: 'stream';
  readonly length: number;
  readonly problem?: Failure;
}

export interface ChannelNode extends NamedNode {
  readonly kind: 'channel' | 'pattern';
  /** Subscribers by exact name; undefined for a pattern. */
  readonly subscribers?: number;
}

/** One message of a queue as the tree previews it. */
export interface MessageNode extends NodeBase {
  readonly kind: 'message';
  readonly queue: Buffer;
  /** Distance from the end that is consumed next. */
  readonly offset: number;
  readonly message: Buffer;
  readonly consume: QueueEnd;
  /** The direction is the general setting, not one known of this queue. */
  readonly assumed: boolean;
}

export interface MoreNode extends NodeBase {
  readonly kind: 'more';
  readonly queue: Buffer;
  readonly remaining: number;
}

export interface DatabaseNode extends NodeBase {
  readonly kind: 'database';
  readonly db: number;
  readonly keys: number;
}

/** What a click on a notice does. */
export type NoticeAction = 'connect' | 'startServer' | 'edit' | 'log' | 'refresh';

/** Failure, emptiness and waiting are nodes: what is so, and what can be done. */
export interface NoticeNode extends NodeBase {
  readonly kind: 'notice';
  /** `more` continues the line above. */
  readonly tone: 'info' | 'error' | 'hint' | 'refused' | 'progress' | 'more';
  /** Short enough for a narrow sidebar. */
  readonly text: string;
  /** All that is to be said, where the line has no room for it. */
  readonly whole?: string;
  /** A time that the text is about, ms since the epoch; it stands behind it. */
  readonly at?: number;
  readonly action?: NoticeAction;
}

/** A line of the explorer. Nodes are data; the host turns them into tree items in one place. */
export type ExplorerNode =
  | ConnectionNode
  | GroupNode
  | NamespaceNode
  | QueueNode
  | StreamNode
  | ChannelNode
  | MessageNode
  | MoreNode
  | DatabaseNode
  | NoticeNode;
