import * as l10n from '@vscode/l10n';
import { filterLimit, type TrafficFrame, type ViewFilter } from '../../protocol/traffic';
import type { Formats } from './formats';
import { isInForce, type PanelModel } from './panelModel';

/** While less than this share is left to be looked at, it is only what has just arrived. */
const shownShare = 0.02;

/** Characters of the filter in force that are shown while another one cannot be. */
const shownFilter = 80;

/** Why the text in the box is not in force. */
export function filterProblem({ frame, filter }: PanelModel): TrafficFrame['problem'] {
  const { text } = filter;
  // The host does not even look at it.
  if (text.length > filterLimit) {
    return { text, message: l10n.t('The filter is longer than {0} characters.', filterLimit), hint: '' };
  }
  return frame?.problem?.text === filter.text ? frame.problem : undefined;
}

/** What to put in force: of a text that is too long all but the text. */
export function filterToSend({ frame, filter }: PanelModel): ViewFilter {
  return filter.text.length > filterLimit ? { ...filter, text: frame?.filter.text ?? '' } : filter;
}

/** What filters while the text in the box cannot. */
export function stillInForce({ frame }: PanelModel): string {
  const text = frame?.filter.text ?? '';
  if (text === '') return l10n.t('Until it can be read, no filter is in force.');
  const shown = text.length > shownFilter ? `${text.slice(0, shownFilter)}…` : text;
  return l10n.t('Still in force: {0}', shown);
}

/** The share of the messages that the filter has looked at, while that is still going on. */
export function filterProgress(model: PanelModel): number | undefined {
  const { frame, filter } = model;
  if (frame === undefined || filter.text === '' || !isInForce(model)) return undefined;
  const { unfiltered, kept } = frame.counts;
  const left = kept === 0 ? 0 : unfiltered / kept;
  return left <= shownShare ? undefined : 1 - left;
}

export interface FilterCount {
  readonly text: string;
  readonly explained: string;
}

/** How many messages match, as far as they have been looked at. */
export function filterCount(model: PanelModel, formats: Formats): FilterCount {
  const { frame, filter } = model;
  if (filter.text === '' || frame === undefined) return { text: '', explained: '' };
  if (filterProblem(model) !== undefined) return { text: l10n.t('cannot be read'), explained: '' };
  if (!isInForce(model)) return { text: '…', explained: '' };
  const found = filter.mode === 'find' ? findCount(model, frame, formats) : shownCount(frame, formats);
  const share = filterProgress(model);
  if (share === undefined) return found;
  return {
    text: l10n.t('{0} · {1} %', found.text, Math.floor(share * 100)),
    explained: l10n.t('{0} % of the messages have been searched so far.', Math.floor(share * 100)),
  };
}

function shownCount({ counts }: TrafficFrame, formats: Formats): FilterCount {
  const matching = formats.count(counts.matching);
  const kept = formats.count(counts.kept);
  return {
    text: l10n.t('{0} of {1}', matching, kept),
    explained: l10n.t('{0} of {1} messages in the buffer match.', matching, kept),
  };
}

function findCount(
  { currentMatch }: PanelModel,
  { counts, match }: TrafficFrame,
  formats: Formats,
): FilterCount {
  const matching = formats.count(counts.matching);
  const explained = l10n.t('{0} of {1} messages in the buffer match.', matching, formats.count(counts.kept));
  if (match !== undefined && currentMatch !== undefined)
    return { text: l10n.t('{0} of {1}', formats.count(match), matching), explained };
  const text = counts.matching === 1 ? l10n.t('1 match') : l10n.t('{0} matches', matching);
  return { text, explained };
}
