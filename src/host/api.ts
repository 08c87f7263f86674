import { fromBytes, type MessageValue } from '../core/messageValue';
import type { WorkerGroup } from '../core/workerGroups';
import type { TrafficReport } from './panels/trafficPanels';
import type { Services } from './services';

/** What is known of a database, as other extensions get it. */
export interface CatalogReport {
  readonly connection: string;
  readonly queues: readonly {
    readonly name: MessageValue;
    readonly length: number;
    readonly drained: boolean;
  }[];
  readonly streams: readonly { readonly name: MessageValue; readonly length: number }[];
  readonly channels: readonly { readonly name: MessageValue; readonly subscribers: number }[];
}

/** What `activate()` returns. It holds no secret and changes nothing; acting goes through the commands. */
export interface RedisMessagingApi {
  readonly version: 1;
  /** The last known state of a connection's database; it asks nothing. @throws {Failure} `noConnection`. */
  catalog(connection?: string): CatalogReport;
  /** Counts and state of a traffic panel: the named, else the active or only one. */
  traffic(panel?: string): Promise<TrafficReport>;
  /** The workers of this window. */
  workers(): readonly WorkerGroup[];
}

type ApiParts = Pick<Services, 'connections' | 'models' | 'panels'> & {
  readonly workers: Pick<Services['workers'], 'groups'>;
};

/** Makes the API over the services. */
export function createApi({ connections, models, panels, workers }: ApiParts): RedisMessagingApi {
  return {
    version: 1,
    catalog: (connection) => {
      const profile = connections.resolve(connection);
      const { catalog } = models.model(profile);
      const named = <Entry extends { readonly name: Buffer }>({ name, ...rest }: Entry) => ({
        ...rest,
        name: fromBytes(name),
      });
      return {
        connection: profile.id,
        queues: catalog.entries('queue').map(({ name, length, drained }) => named({ name, length, drained })),
        streams: catalog.entries('stream').map(({ name, length }) => named({ name, length })),
        channels: catalog.channels.map(({ name, subscribers }) => named({ name, subscribers })),
      };
    },
    traffic: (panel) => panels.traffic(panel),
    workers: () => workers.groups,
  };
}
