import * as vscode from 'vscode';
import type { WorkerGroup } from '../../core/workerGroups';
import { hasLeftWorkers } from './leftWorkers';
import type { WorkerService } from './workerService';
import { WorkersView } from './workersView';

/** The workers as they are loaded, and what goes with them. */
export interface LoadedWorkers extends vscode.Disposable {
  readonly service: WorkerService;
}

/**
 * The workers' place at activation: they are loaded with the first command, with saved workers that are to be seen, or at
 * once where an earlier host of this window has left some that run.
 */
export class WorkersOnDemand implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly view = new WorkersView(() => void this.get().catch(() => undefined));
  private readonly storage: vscode.Uri;
  private loading: Promise<LoadedWorkers> | undefined;
  private loaded: LoadedWorkers | undefined;
  private disposed = false;

  /** Fires when a group, a worker or a state changed. */
  readonly onDidChange = this.changes.event;

  /** @param load makes them; `folder` is where they are remembered over a reload, and `view` where they are shown. */
  constructor(
    { storageUri, globalStorageUri }: vscode.ExtensionContext,
    private readonly load: (folder: vscode.Uri, view: WorkersView) => Promise<LoadedWorkers>,
  ) {
    // Without a folder open there is no storage of the workspace, and windows share the global one.
    this.storage = storageUri ?? vscode.Uri.joinPath(globalStorageUri, 'workers');
  }

  /** Groups that are known by now; it loads nothing. */
  get groups(): readonly WorkerGroup[] {
    return this.loaded?.service.groups ?? [];
  }

  /** The workers, loaded. */
  async get(): Promise<WorkerService> {
    this.loading ??= this.make().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return (await this.loading).service;
  }

  /** Takes over what the last host of this window left. Opens no socket where there is nothing. */
  async resume(): Promise<void> {
    if (await hasLeftWorkers(this.storage.fsPath)) await (await this.get()).resume();
  }

  dispose(): void {
    this.disposed = true;
    this.loaded?.dispose();
    this.view.dispose();
    this.changes.dispose();
  }

  private async make(): Promise<LoadedWorkers> {
    const loaded = await this.load(this.storage, this.view);
    if (this.disposed) loaded.dispose();
    this.loaded = loaded;
    loaded.service.onDidChange(() => this.changes.fire());
    return loaded;
  }
}
