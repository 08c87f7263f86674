import * as l10n from '@vscode/l10n';
import type { CrashStep } from '../core/templateOptions';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import { printWarning } from './output';
import { numberOption, textOption } from './workerConfig';

/** Kills the worker on demand, as a power cut would: nothing is tidied up. */
export class CrashOnDemand {
  private readonly at: string;
  private remaining: number;

  constructor(config: BuiltInWorkerConfig) {
    this.at = textOption(config, 'crashAt');
    this.remaining = numberOption(config, 'crashMessage');
  }

  /** Says that the worker has come to this step. */
  step(step: CrashStep): void {
    if (step !== this.at) return;
    this.remaining -= 1;
    if (this.remaining > 0) return;
    printWarning(l10n.t('crashes on demand ({0})', step));
    process.kill(process.pid, 'SIGKILL');
  }
}
