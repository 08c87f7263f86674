import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GroupDefinition } from '../../core/workerGroups';
import { recordPrefix } from './leftWorkers';

/** A worker as the next host of this window will know it. The hash recognises its launcher and is no secret. */
export interface WorkerRecord {
  readonly id: string;
  readonly number: number;
  readonly resumeHash: string;
  readonly pid: number;
  /** It had ended for good: nothing restarts it. */
  readonly over: boolean;
  /** How many times in a row it has crashed. */
  readonly crashes: number;
}

/** A group as the next host of this window will know it. */
export interface GroupRecord extends GroupDefinition {
  readonly workers: readonly WorkerRecord[];
}

interface RecordFile {
  readonly version: 2;
  readonly groups: readonly GroupRecord[];
}

/**
 * What a window remembers of its workers over a reload, one file a window. A file and not workspaceState, because two
 * windows on one workspace would overwrite each other's state, and because it must be on the workers' machine.
 */
export class WorkerRecords {
  private writing: Promise<void> = Promise.resolve();
  private pending: { slot: number; groups: readonly GroupRecord[] } | undefined;

  /** `onError` hears of what could not be written; workers then do not survive a reload, and nothing else is lost. */
  constructor(
    private readonly folder: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** What the last host of this window remembered; nothing where the file is missing or of another version. */
  async read(slot: number): Promise<readonly GroupRecord[]> {
    try {
      const content = JSON.parse(await readFile(this.file(slot), 'utf8')) as Partial<RecordFile>;
      return content.version === 2 && Array.isArray(content.groups) ? content.groups : [];
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) return [];
      throw error;
    }
  }

  /** Writes the latest state; states that were overtaken before their turn are skipped. */
  write(slot: number, groups: readonly GroupRecord[]): Promise<void> {
    const waiting = this.pending !== undefined;
    this.pending = { slot, groups };
    if (!waiting) this.writing = this.writing.then(() => this.writePending()).catch(this.onError);
    return this.writing;
  }

  private async writePending(): Promise<void> {
    const { pending } = this;
    this.pending = undefined;
    if (pending === undefined) return;
    const file = this.file(pending.slot);
    if (pending.groups.length === 0) {
      await rm(file, { force: true });
      return;
    }
    const content: RecordFile = { version: 2, groups: pending.groups };
    await mkdir(this.folder, { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  private file(slot: number): string {
    return join(this.folder, `${recordPrefix}${slot}.json`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
