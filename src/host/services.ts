import type { ConnectionSigns } from './connectionSigns';
import type { Connections } from './connections';
import type { ConnectionModels } from './explorer/connectionModels';
import type { ExplorerView } from './explorer/explorerView';
import type { LocalServerOnDemand } from './localServer/localServerOnDemand';
import type { Log } from './log';
import type { MessageDocuments } from './messageDocuments';
import type { TrafficPanels } from './panels/trafficPanels';
import type { PopJournalFile } from './popJournalFile';
import type { WorkerService } from './workers/workerService';

/** What the commands work with; made once by the root. */
export interface Services {
  readonly connections: Connections;
  readonly models: ConnectionModels;
  readonly explorer: ExplorerView;
  readonly panels: TrafficPanels;
  readonly localServer: LocalServerOnDemand;
  readonly workers: WorkerService;
  readonly documents: MessageDocuments;
  readonly journal: PopJournalFile;
  readonly signs: ConnectionSigns;
  readonly log: Log;
}
