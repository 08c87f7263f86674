import * as vscode from 'vscode';
import { hasLeftServer } from './leftServers';
import type { LocalServer } from './localServer';

/**
 * The local server's place at activation: it is loaded with the first command that needs it, or at once where an earlier
 * host of this window has left one that runs.
 */
export class LocalServerOnDemand implements vscode.Disposable {
  private readonly folder: string;
  private server: Promise<LocalServer> | undefined;

  /** @param load makes it; `folder` is where it keeps what it needs, and names the workspace. */
  constructor(
    { storageUri, globalStorageUri }: vscode.ExtensionContext,
    private readonly load: (folder: string) => Promise<LocalServer>,
  ) {
    this.folder = vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'local-redis').fsPath;
  }

  get(): Promise<LocalServer> {
    this.server ??= this.load(this.folder).catch((error: unknown) => {
      this.server = undefined;
      throw error;
    });
    return this.server;
  }

  /** Takes over the server that the last host of this window left. Opens no socket where there is none. */
  async resume(): Promise<void> {
    if (await hasLeftServer(this.folder)) await (await this.get()).resume();
  }

  dispose(): void {
    void this.server?.then(
      (server) => server.dispose(),
      () => undefined,
    );
  }
}
