import * as l10n from '@vscode/l10n';
import { clamp } from './listGeometry';
import { initialSplit } from './panelModel';

const least = 0.1;
const most = 0.85;
const keyStep = 0.05;

export interface SplitterEvents {
  /** The lower pane's share of the height that both panes have. */
  moved(share: number): void;
}

/** The border between list and detail: dragged, moved by arrow keys, reset by a double click. */
export class Splitter {
  private share = initialSplit;

  constructor(
    private readonly bar: HTMLElement,
    private readonly panes: HTMLElement,
    private readonly events: SplitterEvents,
  ) {
    bar.setAttribute('role', 'separator');
    bar.setAttribute('aria-orientation', 'horizontal');
    bar.setAttribute('aria-label', l10n.t('Height of the message'));
    bar.setAttribute('aria-valuemin', String(least * 100));
    bar.setAttribute('aria-valuemax', String(most * 100));
    bar.tabIndex = 0;
    bar.addEventListener('pointerdown', (event) => this.grab(event));
    bar.addEventListener('dblclick', () => this.move(initialSplit));
    bar.addEventListener('keydown', (event) => this.keyPressed(event));
  }

  draw(share: number, shown: boolean): void {
    this.share = share;
    this.bar.hidden = !shown;
    this.bar.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    this.panes.style.setProperty('--split', `${(share * 100).toFixed(2)}%`);
  }

  private grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.bar.setPointerCapture(event.pointerId);
    this.bar.classList.add('dragged');
    const released = new AbortController();
    const follow = (move: PointerEvent) => {
      const { bottom, height } = this.panes.getBoundingClientRect();
      this.move((bottom - move.clientY) / height);
    };
    const release = () => {
      released.abort();
      this.bar.classList.remove('dragged');
    };
    const options = { signal: released.signal };
    this.bar.addEventListener('pointermove', follow, options);
    this.bar.addEventListener('lostpointercapture', release, options);
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.key === 'ArrowUp') this.move(this.share + keyStep);
    else if (event.key === 'ArrowDown') this.move(this.share - keyStep);
    else if (event.key === 'Home') this.move(most);
    else if (event.key === 'End') this.move(least);
    else return;
    event.preventDefault();
  }

  private move(share: number): void {
    this.events.moved(clamp(share, least, most));
  }
}
