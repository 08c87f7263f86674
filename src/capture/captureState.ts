import * as l10n from '@vscode/l10n';
import type { TrafficState } from '../protocol/traffic';
import type { SubscriberState } from '../redis/subscriber';

/** A subscriber's state as the panel says it. `label` is the address without secret. */
export function trafficState(state: SubscriberState, label: string): TrafficState {
  const { kind, cause } = state;
  if (cause !== undefined) {
    const { code, message: detail, hint } = cause;
    return { kind, detail, hint, ...(code === 'authentication' ? { code } : {}) };
  }
  switch (kind) {
    case 'connecting':
      return { kind, detail: l10n.t('Connecting to {0}…', label), hint: '' };
    case 'live':
      return { kind, detail: l10n.t('Subscribed at {0}.', label), hint: '' };
    default:
      return { kind, detail: '', hint: '' };
  }
}
