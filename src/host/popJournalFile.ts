import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../core/failure';
import { fromBytes } from '../core/messageValue';
import type { JournalEntry, JournalOutcome, PopJournal } from '../core/safePop';

/**
 * The journal of popped messages: one JSON object a line, readable by its owner only, flushed to disk before a pop is
 * sent. At its bound it becomes the `.old` file and begins anew, so that at least the last `maxBytes` are kept.
 */
export class PopJournalFile implements PopJournal {
  private last: Promise<unknown> = Promise.resolve();

  /** @param maxBytes bound of the file in bytes, asked at each append. */
  constructor(
    readonly path: string,
    private readonly maxBytes: () => number,
  ) {}

  async append(entry: JournalEntry): Promise<string> {
    const id = randomUUID();
    await this.write({
      id,
      at: new Date().toISOString(),
      connection: entry.connection,
      queue: fromBytes(entry.queue),
      end: entry.end,
      message: fromBytes(entry.message),
    });
    return id;
  }

  async settle(id: string, outcome: JournalOutcome): Promise<void> {
    await this.write({ id, at: new Date().toISOString(), outcome });
  }

  /** Removes all copies, the older file included. */
  clear(): Promise<void> {
    return this.inTurn(async () => {
      await rm(this.path, { force: true });
      await rm(`${this.path}.old`, { force: true });
    });
  }

  private write(line: object): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.appendLine(`${JSON.stringify(line)}\n`);
      } catch (error) {
        throw new Failure('journal', vscode.l10n.t('The copy of the message could not be saved.'), {
          hint: vscode.l10n.t('Check the disk and the rights of the folder {0}.', dirname(this.path)),
          cause: error,
        });
      }
    });
  }

  private async appendLine(line: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const size = await stat(this.path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > 0 && size + Buffer.byteLength(line) > this.maxBytes())
      await rename(this.path, `${this.path}.old`);
    const { O_APPEND, O_CREAT, O_WRONLY } = constants;
    const file: FileHandle = await open(this.path, O_APPEND | O_CREAT | O_WRONLY, 0o600);
    try {
      await file.chmod(0o600);
      await file.appendFile(line);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Writes of several pops stay whole lines in order. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
