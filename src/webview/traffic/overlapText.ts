import * as l10n from '@vscode/l10n';
import type { PanelModel } from './panelModel';

/** Why messages of a channel stand in the list more than once; undefined where none do. */
export function overlapText({ frame }: PanelModel): string | undefined {
  const overlaps = frame?.overlaps ?? [];
  const first = overlaps[0];
  if (first === undefined) return undefined;
  const names = first.subscriptions.join(', ');
  return overlaps.length === 1
    ? l10n.t('{0} comes through {1}: Redis sends its messages once for each.', first.channel, names)
    : l10n.t(
        '{0} and other channels come through several subscriptions ({1}): Redis sends their messages once for each.',
        first.channel,
        names,
      );
}
