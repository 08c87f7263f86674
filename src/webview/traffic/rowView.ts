import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { GapRow, MessageRow, TrafficRow } from '../../protocol/traffic';
import { channelColour } from './channelChip';
import type { Formats } from './formats';
import { gapText, gapView } from './gapView';
import { timeView } from './timeView';

export interface RowPlace {
  readonly ordinal: number;
  /** Place among all rows, from 1, for screen readers; the column titles are row 1. */
  readonly rowIndex: number;
  readonly selected: boolean;
  /** It is the match that was gone to last. */
  readonly current: boolean;
  readonly patterns: boolean;
}

export function rowId(ordinal: number): string {
  return `row-${ordinal}`;
}

/** One row of the list; without `row` it is one whose content is on the way. */
export function rowView(row: TrafficRow | undefined, place: RowPlace, formats: Formats): TemplateResult {
  const kind = row === undefined ? 'loading' : row.kind;
  const found = row?.kind === 'message' && row.found ? 'found' : '';
  return html`<div
    class="row ${kind} ${found} ${place.selected ? 'selected' : ''} ${place.current ? 'current' : ''}"
    role="row"
    id=${rowId(place.ordinal)}
    data-ordinal=${place.ordinal}
    aria-rowindex=${place.rowIndex}
    aria-selected=${place.selected}
    aria-busy=${row === undefined ? 'true' : nothing}
  >${cells(row, place, formats)}</div>`;
}

function cells(row: TrafficRow | undefined, place: RowPlace, formats: Formats): TemplateResult {
  if (row === undefined) return html`<span role="gridcell" class="cell placeholder"></span>`;
  return row.kind === 'gap' ? gapCell(row, place, formats) : messageCells(row, place, formats);
}

function messageCells(row: MessageRow, { patterns }: RowPlace, formats: Formats): TemplateResult {
  return html`<span role="gridcell" class="cell time" title=${formats.dateAndTime(row.time)}>${timeView(formats.time(row.time))}</span
    ><span role="gridcell" class="cell channel colour-${channelColour(row.channelIndex)}" title=${row.channel}>${row.channel}</span
    >${
      patterns
        ? html`<span role="gridcell" class="cell pattern" title=${row.pattern ?? nothing}>${row.pattern ?? ''}</span>`
        : nothing
    }<span role="gridcell" class="cell size">${formats.size(row.size)}</span
    ><span role="gridcell" class="cell payload">${
      row.cut
        ? html`<span class="cut" title=${l10n.t('Only the first part of this message was kept: it is larger than the buffer takes.')}>${l10n.t('cut')}</span>`
        : nothing
    }${row.size === 0 ? html`<span class="no-payload">${l10n.t('empty')}</span>` : marked(row)}</span>`;
}

/** The preview with the filter's matches marked. */
function marked({ preview, matches }: MessageRow): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let from = 0;
  for (const [start, end] of matches) {
    if (start < from || end <= start) continue;
    parts.push(preview.slice(from, start), html`<mark>${preview.slice(start, end)}</mark>`);
    from = end;
  }
  parts.push(preview.slice(from));
  return parts;
}

function gapCell(gap: GapRow, { patterns }: RowPlace, formats: Formats): TemplateResult {
  return html`<span role="gridcell" class="cell gap-text" aria-colspan=${patterns ? 5 : 4} title=${gapText(gap, formats)}>${gapView(gap, formats)}</span>`;
}
