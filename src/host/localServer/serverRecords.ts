import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { recordFile, type ServerRecord } from './leftServers';

/**
 * Writes down what the next host of this window shall know of its server, one change after the other. Where it cannot be
 * written, the server is not taken over by a reloaded window and ends with its lease; no more is lost.
 */
export class ServerRecords {
  private writing: Promise<void> = Promise.resolve();

  /** @param slot tells which of the workspace's windows this is. */
  constructor(
    private readonly folder: string,
    private readonly slot: () => Promise<number>,
  ) {}

  write(record: ServerRecord): void {
    this.change(async (file) => {
      await mkdir(this.folder, { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
      await rename(`${file}.new`, file);
    });
  }

  /** There is no server any more. */
  forget(): void {
    this.change((file) => rm(file, { force: true }));
  }

  private change(act: (file: string) => Promise<void>): void {
    this.writing = this.writing
      .then(async () => act(recordFile(this.folder, await this.slot())))
      .catch(() => undefined);
  }
}
