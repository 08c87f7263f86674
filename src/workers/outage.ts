import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../core/connectionState';
import { duration, printNote, printWarning } from './output';
import { tellLauncher } from './tellLauncher';

/** Says once that the connection is down, with the cause, and once that it is back; to the launcher, that it is there. */
export class Outage {
  private since: number | undefined;
  private wasReady = false;

  /** `missed` completes the line on recovery, for example that messages may have been missed. */
  constructor(private readonly missed = '') {}

  take(state: ConnectionState): void {
    if (state.kind === 'reconnecting' && this.since === undefined) {
      this.since = performance.now();
      const what = this.wasReady ? l10n.t('connection lost') : l10n.t('no connection');
      printWarning(`${what}: ${state.cause.message} ${l10n.t('Trying again…')}`);
    }
    if (state.kind !== 'ready') return;
    if (this.since !== undefined) {
      const back = l10n.t('connected after {0}', duration(performance.now() - this.since));
      printNote(this.wasReady && this.missed !== '' ? `${back} · ${this.missed}` : back);
    }
    this.since = undefined;
    if (!this.wasReady) tellLauncher({ kind: 'ready' });
    this.wasReady = true;
  }
}
