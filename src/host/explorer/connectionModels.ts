import type { ConnectionProfile } from '../../core/connectionProfile';
import { parseConnectionUrl } from '../../core/connectionUrl';
import { DatabaseModel, type ModelPorts } from '../../core/databaseModel';
import { endpointLabel } from '../../core/endpoint';
import type { ConnectionSnapshot, ExplorerSnapshot } from '../../core/explorerSnapshot';
import type { Connections } from '../connections';
import { setting } from '../settings';

/** One model for each profile's database; a profile whose address changed begins a new one. */
export class ConnectionModels {
  private readonly models = new Map<string, { readonly url: string; readonly model: DatabaseModel }>();
  /** Redis glob that names must match. */
  glob: string | undefined;

  /** @param patterns the patterns that panels of ours watch on a connection. */
  constructor(
    private readonly connections: Connections,
    private readonly ports: ModelPorts,
    private readonly patterns: (connection: string) => readonly Buffer[],
  ) {}

  model(profile: ConnectionProfile): DatabaseModel {
    const known = this.models.get(profile.id);
    if (known?.url === profile.url) return known.model;
    known?.model.cancelDiscovery();
    const model = new DatabaseModel(this.ports);
    this.models.set(profile.id, { url: profile.url, model });
    return model;
  }

  snapshot(): ExplorerSnapshot {
    return {
      connections: this.connections.profiles.map(
        (profile): ConnectionSnapshot => ({
          profile,
          address: addressOf(profile),
          state: this.connections.state(profile.id),
          model: this.model(profile),
          returning: this.connections.mayConnect(profile.id),
          denied: this.connections.denied(profile.id),
          patterns: this.patterns(profile.id),
        }),
      ),
      delimiter: setting('explorer.delimiter'),
      glob: this.glob,
    };
  }

  /** Lets every model search again at its next turn. */
  forgetDiscovery(): void {
    for (const { model } of this.models.values()) model.forgetDiscovery();
  }

  /** Ends all searches under way. */
  cancelDiscovery(): void {
    for (const { model } of this.models.values()) model.cancelDiscovery();
  }
}

/** The profile's address without secret; empty where its URL could not be read. */
export function addressOf(profile: ConnectionProfile): string {
  return profile.url === '' ? '' : endpointLabel(parseConnectionUrl(profile.url).endpoint);
}
