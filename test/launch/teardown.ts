import { within } from './limits';

const stepLimitMs = 20_000;

/**
 * What has to be ended or removed, done in reverse order of starting. Owned by one run or one window; a step that fails
 * is reported and does not keep the others from being done.
 */
export class Teardown {
  private readonly steps: { name: string; end: () => Promise<void> | void }[] = [];
  private running: Promise<void> | undefined;

  /** True once the end has begun: nothing new should be started. */
  get begun(): boolean {
    return this.running !== undefined;
  }

  /** Registers one thing to end. Registered after the end has begun, it is ended at once. */
  add(name: string, end: () => Promise<void> | void): void {
    this.steps.push({ name, end });
    if (this.running) void this.finish();
  }

  /** Ends everything registered, once, however often it is called. Never rejects. */
  async finish(): Promise<void> {
    this.running = this.endAll(this.running);
    await this.running;
  }

  private async endAll(previous: Promise<void> | undefined): Promise<void> {
    await previous;
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await within(stepLimitMs, `Ending ${step.name}`, Promise.resolve(step.end()));
      } catch (error) {
        console.error(
          `Could not end ${step.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  /**
   * On Ctrl+C, a termination request or a closed terminal: ends everything, then exits with the signal's usual code.
   * @param onSignal called first, e.g. to say that things are being ended
   */
  onSignals(onSignal?: () => void): void {
    const signals: [NodeJS.Signals, number][] = [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ];
    for (const [signal, code] of signals) {
      process.once(signal, () => {
        onSignal?.();
        void this.finish().then(() => process.exit(code));
      });
    }
  }
}
