/**
 * One tab stop for a row of buttons, as toolbars have it: the arrow keys, Home and End go from button to button. To be
 * asked anew after each drawing, since buttons come and go.
 */
export class RovingFocus {
  private current: HTMLElement | undefined;

  constructor(private readonly host: HTMLElement) {
    host.addEventListener('keydown', (event) => this.keyPressed(event));
    host.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLElement && this.stops().includes(target)) this.moveTo(target, false);
    });
  }

  /** Gives the tab stop to a button that is there. */
  update(): void {
    const stops = this.stops();
    const current = this.current !== undefined && stops.includes(this.current) ? this.current : stops[0];
    for (const stop of stops) {
      const tabIndex = stop === current ? 0 : -1;
      if (stop.tabIndex !== tabIndex) stop.tabIndex = tabIndex;
    }
  }

  private stops(): HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLButtonElement>('button')].filter(
      (button) => !button.disabled && !button.hidden && button.closest('[hidden], .popup') === null,
    );
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    const stops = this.stops();
    const at = stops.indexOf(event.target);
    if (at < 0) return;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % stops.length,
      ArrowLeft: (at - 1 + stops.length) % stops.length,
      Home: 0,
      End: stops.length - 1,
    };
    const target = stops[targets[event.key] ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    this.moveTo(target, true);
  }

  private moveTo(stop: HTMLElement, focus: boolean): void {
    this.current = stop;
    this.update();
    if (focus) stop.focus();
  }
}
