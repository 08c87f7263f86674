import * as l10n from '@vscode/l10n';
import { filterProblem } from './filterState';
import { isInForce, type PanelModel } from './panelModel';

/** Why none of the messages that are there is shown; undefined where some are, or there are none. */
export function nothingShown(model: PanelModel): string | undefined {
  const { frame, filter } = model;
  if (frame === undefined) return undefined;
  const { kept, filtered, unfiltered } = frame.counts;
  if (kept === 0 || filtered + unfiltered < kept) return undefined;
  if (filterProblem(model) === undefined && (!isInForce(model) || unfiltered > 0))
    return l10n.t('Searching…');
  return filter.mode === 'filter' && filter.text !== ''
    ? l10n.t('No message matches the filter.')
    : l10n.t('All channels with messages are switched off.');
}
