import * as l10n from '@vscode/l10n';
import type { TrafficState } from '../../protocol/traffic';

/** How a state is told in one word; the colour only repeats it. */
export function stateWord(kind: TrafficState['kind']): string {
  switch (kind) {
    case 'connecting':
      return l10n.t('connecting');
    case 'live':
      return l10n.t('live');
    case 'reconnecting':
      return l10n.t('reconnecting');
    case 'refused':
      return l10n.t('refused');
    case 'failed':
      return l10n.t('failed');
    case 'closed':
      return l10n.t('closed');
  }
}

export function stateIcon(kind: TrafficState['kind']): string {
  switch (kind) {
    case 'connecting':
    case 'reconnecting':
      return 'sync';
    case 'live':
      return 'circle-filled';
    case 'refused':
    case 'failed':
      return 'error';
    case 'closed':
      return 'circle-slash';
  }
}

/** Whether attempts go on by themselves; otherwise the user has to ask for the next. */
export function triesAgain(kind: TrafficState['kind']): boolean {
  return kind === 'connecting' || kind === 'live' || kind === 'reconnecting';
}
