import { render } from 'lit/html.js';
import type { Formats } from './formats';
import type { HostPort } from './hostPort';
import type { PanelModel } from './panelModel';
import { RovingFocus } from './rovingFocus';
import type { TimeJump } from './timeJump';
import { toolbarView } from './toolbarView';

/** What the toolbar does to the list. */
export class ListTools {
  private readonly roving: RovingFocus;

  constructor(
    private readonly host: HTMLElement,
    private readonly model: PanelModel,
    private readonly port: HostPort,
    private readonly formats: Formats,
    private readonly timeJump: TimeJump,
    private readonly events: { changed(): void; followChanged(following: boolean): void },
  ) {
    this.roving = new RovingFocus(host);
  }

  draw(): void {
    const { model } = this;
    render(
      toolbarView(model, this.formats, this.timeJump.isOpen, {
        pauseToggled: () => this.togglePause(),
        cleared: () => this.clear(),
        followToggled: () => this.events.followChanged(!model.following),
        orderToggled: () => {
          model.order = model.order === 'newestLast' ? 'newestFirst' : 'newestLast';
          this.events.changed();
        },
        wrapToggled: () => {
          model.wrap = !model.wrap;
          this.events.changed();
        },
        timeToggled: () => this.timeJump.toggle(),
      }),
      this.host,
    );
    this.roving.update();
  }

  togglePause(): void {
    this.port.post({ kind: 'pause', paused: this.model.frame?.paused !== true });
  }

  private clear(): void {
    const { model } = this;
    this.port.post({ kind: 'clear' });
    model.cursor = undefined;
    model.currentMatch = undefined;
    model.selection = undefined;
    model.seenUpTo = undefined;
    this.events.changed();
  }
}
