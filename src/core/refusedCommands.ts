/** How long a command that was refused is left alone, ms: the right to it may have been given meanwhile. */
const restMs = 60_000;

/** Commands that the user may not run. What only looks leaves them alone for a while instead of asking in vain. */
export class RefusedCommands {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  refused(command: string): void {
    this.until.set(command, this.now() + restMs);
  }

  mayRun(command: string): boolean {
    return this.now() >= (this.until.get(command) ?? 0);
  }

  /** Lets all be tried again. */
  forget(): void {
    this.until.clear();
  }
}
