/** A press may wander so far, in px, and still be one. */
const stillPx = 4;

export interface RowPressEvents {
  /** A row was clicked: the one on which the button went down. */
  clicked(ordinal: number): void;
  /** A row was clicked twice. */
  opened(): void;
}

/**
 * Clicks on rows that may move or become others while the button is down. The browser's own click event needs the same
 * element under both ends of it, and would tell the row that is there by then.
 */
export class RowPress {
  private pressed: { readonly ordinal: number; readonly x: number; readonly y: number } | undefined;

  constructor(
    scroller: HTMLElement,
    private readonly events: RowPressEvents,
  ) {
    scroller.addEventListener('mousedown', (event) => this.down(event));
    scroller.addEventListener('mouseup', (event) => this.up(event));
    scroller.addEventListener('click', (event) => this.clicked(event));
  }

  private down({ button, target, clientX: x, clientY: y }: MouseEvent): void {
    const ordinal = button === 0 ? ordinalAt(target) : undefined;
    this.pressed = ordinal === undefined ? undefined : { ordinal, x, y };
  }

  private up({ button, clientX, clientY, detail }: MouseEvent): void {
    const { pressed } = this;
    if (button !== 0 || pressed === undefined) return;
    this.pressed = undefined;
    if (Math.abs(clientX - pressed.x) > stillPx || Math.abs(clientY - pressed.y) > stillPx) return;
    this.events.clicked(pressed.ordinal);
    if (detail === 2) this.events.opened();
  }

  /** Screen readers click without a mouse. */
  private clicked({ detail, target }: MouseEvent): void {
    const ordinal = detail === 0 ? ordinalAt(target) : undefined;
    if (ordinal !== undefined) this.events.clicked(ordinal);
  }
}

function ordinalAt(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-ordinal]') : null;
  return row?.dataset.ordinal === undefined ? undefined : Number(row.dataset.ordinal);
}
