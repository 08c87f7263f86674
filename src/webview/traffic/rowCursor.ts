import type { DetailPane } from './detailPane';
import type { HostPort } from './hostPort';
import { clamp } from './listGeometry';
import { type PanelModel, rowAt } from './panelModel';
import type { TrafficList } from './trafficList';

export interface CursorEvents {
  changed(): void;
  followed(): void;
  pauseToggled(): void;
}

/** The row that the user is on, by mouse or keyboard, and the message that the detail pane shows for it. */
export class RowCursor {
  /** The cursor went to a row whose message is to be shown once the row is here. */
  private awaited = false;

  constructor(
    private readonly model: PanelModel,
    private readonly list: TrafficList,
    private readonly detail: DetailPane,
    private readonly port: HostPort,
    private readonly events: CursorEvents,
  ) {
    list.element.addEventListener('keydown', (event) => this.keyPressed(event));
  }

  /** Moves to a row; with `open` its message is shown, also when the detail pane was closed. */
  goTo(ordinal: number, open: boolean): void {
    this.put(ordinal, open);
    this.list.reveal(ordinal);
  }

  /** Moves to a row that was looked for, and has what is around it on screen, too. */
  show(ordinal: number): void {
    this.put(ordinal, false);
    this.list.centre(ordinal);
  }

  private put(ordinal: number, open: boolean): void {
    const { model } = this;
    model.cursor = ordinal;
    if (ordinal !== model.currentMatch) model.currentMatch = undefined;
    model.following = false;
    this.awaited = open || model.selection !== undefined;
    this.events.changed();
  }

  /** Closes the detail pane. */
  close(): void {
    this.model.selection = undefined;
    this.awaited = false;
    this.list.element.focus();
    this.events.changed();
  }

  /** To be called when a frame may have brought the row: asks for the message of the row that the cursor went to. */
  showArrived(): void {
    const { model } = this;
    this.findSelected();
    const row = this.awaited && model.cursor !== undefined ? rowAt(model.frame, model.cursor) : undefined;
    if (row === undefined) return;
    this.awaited = false;
    if (row.kind === 'gap') {
      model.selection = { kind: 'gap', gap: row };
    } else if (model.selection?.kind !== 'message' || model.selection.seq !== row.seq) {
      model.selection = { kind: 'message', seq: row.seq, detail: undefined };
      this.port.post({ kind: 'detail', seq: row.seq });
    }
  }

  /** After a restoration or another filter: the shown message's row, if it is among those here. */
  private findSelected(): void {
    const { frame, cursor, selection } = this.model;
    if (cursor !== undefined || selection?.kind !== 'message' || frame === undefined) return;
    const at = frame.rows.findIndex((row) => row.kind === 'message' && row.seq === selection.seq);
    if (at >= 0) this.model.cursor = frame.start + at;
  }

  private keyPressed(event: KeyboardEvent): void {
    if (isCopy(event)) {
      if (this.copied()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (this.moved(event.key) || this.acted(event.key)) event.preventDefault();
  }

  /** Copies the message of the row that the cursor is on. */
  private copied(): boolean {
    const { frame, cursor } = this.model;
    const row = cursor === undefined ? undefined : rowAt(frame, cursor);
    if (row?.kind !== 'message') return false;
    this.port.post({ kind: 'copyMessage', seq: row.seq });
    return true;
  }

  private moved(key: string): boolean {
    const { frame, following, order } = this.model;
    const newestLast = order === 'newestLast';
    const down = newestLast ? 1 : -1;
    const first = frame?.first ?? 0;
    const end = frame?.end ?? 0;
    const { page, visible } = this.list;
    const cursor = this.model.cursor ?? -1;
    // Without a row under the cursor, moving begins at the edge of what is on screen.
    const edge = newestLast ? visible.first - 1 : visible.end;
    const from = cursor >= first && cursor < end ? cursor : following ? end : edge;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: from + down,
      ArrowUp: from - down,
      PageDown: from + down * page,
      PageUp: from - down * page,
      Home: newestLast ? first : end - 1,
      End: newestLast ? end - 1 : first,
    };
    const target = targets[key];
    if (target === undefined) return false;
    if (end > first) this.goTo(clamp(target, first, end - 1), false);
    if (key === (newestLast ? 'End' : 'Home')) this.events.followed();
    return true;
  }

  private acted(key: string): boolean {
    const { cursor, selection } = this.model;
    switch (key) {
      case 'Enter':
        if (cursor === undefined) return false;
        if (selection !== undefined && !this.awaited) this.detail.focus();
        else this.goTo(cursor, true);
        return true;
      case 'Escape':
        if (selection === undefined) return false;
        this.close();
        return true;
      case ' ':
        this.events.pauseToggled();
        return true;
      default:
        return false;
    }
  }
}

function isCopy({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'c' && (ctrlKey || metaKey) && !altKey && !shiftKey;
}
