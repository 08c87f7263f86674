/** A small surface over the panel that a button opens. It closes by Escape and when the focus goes elsewhere. */
export class Popup {
  /** @param opener the button; asked for when needed, since it is drawn anew */
  constructor(
    private readonly host: HTMLElement,
    private readonly opener: () => HTMLElement | null,
    private readonly changed: () => void,
  ) {
    host.classList.add('popup');
    host.hidden = true;
    host.tabIndex = -1;
    host.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.opener()?.focus();
    });
    host.addEventListener('focusout', ({ relatedTarget }) => {
      const inside = relatedTarget instanceof Node && this.host.contains(relatedTarget);
      if (!inside && relatedTarget !== this.opener()) this.close();
    });
  }

  get isOpen(): boolean {
    return !this.host.hidden;
  }

  open(): void {
    if (this.isOpen) return;
    this.host.hidden = false;
    this.changed();
  }

  close(): void {
    if (!this.isOpen) return;
    this.host.hidden = true;
    this.changed();
  }
}
