const keptBytes = 8_192;

/** The last 8 kB of what a program wrote to stderr. */
export class StderrTail {
  private chunks: Buffer[] = [];
  private size = 0;

  add(chunk: Buffer): void {
    this.chunks.push(chunk.length > keptBytes ? Buffer.from(chunk.subarray(-keptBytes)) : chunk);
    this.size += Math.min(chunk.length, keptBytes);
    while (this.size - (this.chunks[0]?.length ?? 0) >= keptBytes) {
      this.size -= this.chunks.shift()?.length ?? 0;
    }
  }

  text(): string {
    return Buffer.concat(this.chunks).subarray(-keptBytes).toString('utf8');
  }
}
