import { html, render } from 'lit/html.js';
import type { ViewFilter } from '../../protocol/traffic';
import { FilterHelp } from './filterHelp';
import { filterToSend } from './filterState';
import { filterView } from './filterView';
import type { Formats } from './formats';
import type { HostPort } from './hostPort';
import type { MatchFinder, MatchStep } from './matchFinder';
import type { Notices } from './notices';
import { pageElement } from './pageElement';
import type { PanelModel } from './panelModel';
import { RovingFocus } from './rovingFocus';

const typingPauseMs = 80;

/** What the user does to the filter, sent to the capture thread; text only once typing pauses. */
export class Filtering {
  private readonly box: HTMLElement;
  private readonly help: FilterHelp;
  private readonly tools: RovingFocus;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly model: PanelModel,
    private readonly port: HostPort,
    private readonly formats: Formats,
    private readonly finder: MatchFinder,
    private readonly notices: Notices,
    private readonly events: { changed(): void; left(): void },
  ) {
    render(html`<div class="filter-place"></div><div class="filter-help"></div>`, host);
    this.box = pageElement(host, '.filter-place');
    this.help = new FilterHelp(
      pageElement(host, '.filter-help'),
      () => host.querySelector<HTMLElement>('.help-button'),
      {
        changed: () => events.changed(),
        chosen: (text) => {
          this.type(text);
          this.focus();
        },
      },
    );
    this.tools = new RovingFocus(this.box);
  }

  draw(): void {
    render(
      filterView(this.model, this.formats, this.help.isOpen, {
        typed: (text) => this.type(text),
        modeToggled: () => this.toggleMode(),
        stepped: (step) => this.step(step),
        helpToggled: () => this.help.toggle(),
        left: () => this.events.left(),
      }),
      this.box,
    );
    this.tools.update();
  }

  focus(): void {
    const field = this.host.querySelector<HTMLInputElement>('.filter-text');
    field?.focus();
    field?.select();
  }

  step(step: MatchStep): void {
    this.flush();
    this.finder.step(step);
  }

  /** Puts another filter in force. */
  set(filter: ViewFilter): void {
    this.model.filter = filter;
    this.notices.end();
    this.send();
    this.events.changed();
  }

  /** Takes text and choice of channels away. */
  showAll(): void {
    const { mode } = this.model.filter;
    this.set({ text: '', mode, hidden: [] });
  }

  private type(text: string): void {
    this.model.filter = { ...this.model.filter, text };
    this.model.currentMatch = undefined;
    this.notices.end();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), typingPauseMs);
    this.events.changed();
  }

  private toggleMode(): void {
    const { filter } = this.model;
    this.set({ ...filter, mode: filter.mode === 'filter' ? 'find' : 'filter' });
  }

  /** Sends what has not been sent yet. */
  private flush(): void {
    if (this.timer !== undefined) this.send();
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.port.post({ kind: 'filter', filter: filterToSend(this.model) });
  }
}
