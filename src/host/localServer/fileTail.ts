import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const pollMs = 500;
/** What one look takes at the most, in bytes. Of more than that the beginning is passed over, and said. */
const mostBytes = 65_536;

export interface FileTailEvents {
  onText(text: string): void;
  /** So many bytes were written faster than they are shown. */
  onPassedOver(bytes: number): void;
}

/** Follows a file that a program writes: tells the end of what stands in it already, and what is added from then on. */
export class FileTail {
  private readonly timer: NodeJS.Timeout;
  private readonly decoder = new StringDecoder('utf8');
  private position = 0;
  private reading: Promise<void> = Promise.resolve();
  private disposed = false;

  constructor(
    private readonly file: string,
    private readonly events: FileTailEvents,
  ) {
    this.timer = setInterval(() => void this.update(), pollMs);
  }

  /** Resolves when all that was written by now has been told. */
  update(): Promise<void> {
    this.reading = this.reading.then(() => this.read());
    return this.reading;
  }

  dispose(): void {
    this.disposed = true;
    clearInterval(this.timer);
  }

  private async read(): Promise<void> {
    const { bytes, start } = await readTail(this.file, this.position);
    if (this.disposed || bytes.length === 0) return;
    if (start > this.position) this.events.onPassedOver(start - this.position);
    this.position = start + bytes.length;
    this.events.onText(this.decoder.write(bytes));
  }
}

/**
 * What stands in a file from a position on, or the last 64 kB where it is more, and where that begins. Nothing where there is
 * no file.
 */
export async function readTail(file: string, from: number): Promise<{ bytes: Buffer; start: number }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { size } = await handle.stat();
    const start = Math.max(from, size - mostBytes);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    return { bytes: bytes.subarray(0, bytesRead), start };
  } catch {
    // Gone, or not there yet.
    return { bytes: Buffer.alloc(0), start: from };
  } finally {
    await handle?.close();
  }
}
