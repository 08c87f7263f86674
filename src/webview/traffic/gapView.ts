import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { GapRow } from '../../protocol/traffic';
import type { Formats } from './formats';
import { timeView } from './timeView';

/** `gap 14:02:12.010 – 14:02:12.480 · Redis closed the connection · messages may be missing`: what is always the same is last. */
export function gapText(gap: GapRow, formats: Formats): string {
  const times = [gap.from, ...(gap.to === undefined ? [] : [gap.to])].map((at) => formats.time(at));
  return `${word(gap)} ${times.join(' – ')} · ${reason(gap)} · ${remark()}`;
}

/** The same for a row: where it is narrow, the times give way to the reason. */
export function gapView(gap: GapRow, formats: Formats): TemplateResult {
  const to =
    gap.to === undefined ? nothing : html`<span class="gap-to"> – ${timeView(formats.time(gap.to))}</span>`;
  return html`<span class="gap-words"
    >${word(gap)}<span class="gap-times"> ${timeView(formats.time(gap.from))}${to}</span> · ${reason(gap)}<span class="gap-remark"> · ${remark()}</span></span
  >`;
}

function word({ to }: GapRow): string {
  return to === undefined ? l10n.t('gap since') : l10n.t('gap');
}

/** A sentence by itself, here a part of a line. */
function reason(gap: GapRow): string {
  return gap.reason.replace(/\.$/, '');
}

function remark(): string {
  return l10n.t('messages may be missing');
}
