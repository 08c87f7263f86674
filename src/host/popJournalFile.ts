import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../core/failure';
import { fromBytes } from '../core/messageValue';
import type { JournalEntry, JournalOutcome, PopJournal } from '../core/safePop';
import { Turns } from './turns';

/** A rotation takes milliseconds; a lock of this age, in ms, belongs to a process that died. */
const staleLockMs = 10_000;

/**
 * The journal of popped messages: one JSON object a line, readable by its owner only, flushed to disk before a pop is
 * sent. At its bound it becomes the `.old` file and begins anew, so that at least the last `maxBytes` are kept.
 */
export class PopJournalFile implements PopJournal {
  private readonly turns = new Turns();

  /** @param maxBytes bound of the file in bytes, asked at each append.
   * @param onProblem told of every line that could not be written. */
  constructor(
    readonly path: string,
    private readonly maxBytes: () => number,
    private readonly onProblem: (failure: Failure) => void,
  ) {}

  async append(entry: JournalEntry): Promise<string> {
    const id = randomUUID();
    await this.write(
      {
        id,
        at: new Date().toISOString(),
        connection: entry.connection,
        queue: fromBytes(entry.queue),
        end: entry.end,
        message: fromBytes(entry.message),
      },
      vscode.l10n.t('The copy of the message could not be saved.'),
    );
    return id;
  }

  async settle(id: string, outcome: JournalOutcome): Promise<void> {
    await this.write(
      { id, at: new Date().toISOString(), outcome },
      vscode.l10n.t('What became of the message could not be written to the pop journal.'),
    );
  }

  /** Removes all copies, the older file included. */
  clear(): Promise<void> {
    return this.inTurn(async () => {
      await rm(this.path, { force: true });
      await rm(`${this.path}.old`, { force: true });
    });
  }

  /** @param problem what it means when the line cannot be written. */
  private write(line: object, problem: string): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.appendLine(`${JSON.stringify(line)}\n`);
      } catch (error) {
        const failure = new Failure('journal', problem, {
          hint: vscode.l10n.t('Check the disk and the rights of the folder {0}.', dirname(this.path)),
          cause: error,
        });
        this.onProblem(failure);
        throw failure;
      }
    });
  }

  private async appendLine(line: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const size = await this.size();
    if (size > 0 && size + Buffer.byteLength(line) > this.maxBytes())
      await this.rotate(Buffer.byteLength(line));
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

  /**
   * Begins a new file, unless another window is just doing so: two renames in a row would replace the older copies by
   * a file that has hardly begun. A lock that a crash left behind is broken after a while.
   */
  private async rotate(bytes: number): Promise<void> {
    const lock = `${this.path}.lock`;
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleLockMs) await rm(lock, { force: true });
    const held = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw error;
    });
    if (held === undefined) return;
    try {
      // Another window may have begun the new file between our look and our lock.
      if ((await this.size()) + bytes > this.maxBytes()) await rename(this.path, `${this.path}.old`);
    } finally {
      await held.close();
      await rm(lock, { force: true });
    }
  }

  private size(): Promise<number> {
    return stat(this.path).then(
      (found) => found.size,
      () => 0,
    );
  }

  /** Writes of several pops stay whole lines in order. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.turns.run(this.path, work);
  }
}
