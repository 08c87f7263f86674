import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Formats } from './formats';
import { type PanelModel, unseenRows } from './panelModel';

/** What came in while the list was not at the newest row, and the way there. */
export function newRowsView(
  model: PanelModel,
  formats: Formats,
  followed: () => void,
): TemplateResult | typeof nothing {
  const count = unseenRows(model);
  if (count === 0) return nothing;
  const arrow = model.order === 'newestLast' ? 'arrow-down' : 'arrow-up';
  return html`<button type="button" class="button" @click=${followed}
    >${l10n.t('{0} new', formats.count(count))}<span class="codicon codicon-${arrow}" aria-hidden="true"></span
  ></button>`;
}
