import { initialSplit, type PanelModel, type Setup } from './panelModel';
import type { SavedState } from './savedState';

/** Characters of an unsent message that survive the webview. */
const draftLimit = 65_536;

/** What a panel begins with: as its last webview left it, where there was one. */
export function beginModel(setup: Setup, saved: SavedState | undefined): PanelModel {
  const samePanel = saved?.panel === setup.panel ? saved : undefined;
  return {
    setup,
    frame: undefined,
    state: { kind: 'connecting', detail: '', hint: '' },
    filter: setup.filter,
    following: saved?.follow ?? true,
    order: saved?.order ?? 'newestLast',
    wrap: saved?.wrap ?? false,
    cursor: undefined,
    currentMatch: undefined,
    selection:
      samePanel?.selected === undefined
        ? undefined
        : { kind: 'message', seq: samePanel.selected, detail: undefined },
    tab: saved?.tab ?? 'decoded',
    split: saved?.split ?? initialSplit,
    seenUpTo: samePanel?.seen,
    composer: {
      channel: saved?.channel ?? setup.channels[0] ?? '',
      message: saved?.message ?? '',
      pending: undefined,
      answer: undefined,
    },
    notice: undefined,
  };
}

/** What the next webview of the panel needs. @param top where the list stands */
export function stateToSave(model: PanelModel, top: number): SavedState {
  const { setup, filter, following, order, wrap, tab, split, selection, composer } = model;
  return {
    restore: setup.restore,
    filter,
    follow: following,
    order,
    wrap,
    tab,
    split,
    panel: setup.panel,
    top: following ? 0 : top,
    seen: model.seenUpTo ?? 0,
    ...(selection?.kind === 'message' ? { selected: selection.seq } : {}),
    channel: composer.channel,
    message: composer.message.slice(0, draftLimit),
  };
}
