import * as l10n from '@vscode/l10n';
import { html, nothing, render } from 'lit/html.js';
import type { ViewFilter } from '../../protocol/traffic';
import { type ChannelChip, chipsOf } from './channelChip';
import { showsAll, withAll, withOnly, withToggled } from './channelFilter';
import type { Formats } from './formats';
import { pageElement } from './pageElement';
import type { PanelModel } from './panelModel';
import { RovingFocus } from './rovingFocus';
import { sparkline } from './sparkline';
import { toolButton } from './toolButton';

/** One line with the busiest channels: how each goes, and whether it is shown. */
export class ChannelChips {
  private readonly line: HTMLElement;
  private readonly tools: HTMLElement;
  private readonly roving: RovingFocus;
  private drawnFrom: readonly unknown[] = [];
  private expanded = false;
  /** Chips that the line has no room for. */
  private beyond = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly model: PanelModel,
    private readonly formats: Formats,
    private readonly events: { changed(): void; filterChanged(filter: ViewFilter): void },
  ) {
    render(
      html`<div class="chip-line" role="toolbar" aria-label=${l10n.t('Channels')}></div><div class="chip-tools"></div>`,
      host,
    );
    this.line = pageElement(host, '.chip-line');
    this.tools = pageElement(host, '.chip-tools');
    this.roving = new RovingFocus(this.line);
    this.line.addEventListener('wheel', (event) => this.wheeled(event), { passive: true });
    this.line.addEventListener('scroll', () => this.markEnd(), { passive: true });
    new ResizeObserver(() => this.countBeyond()).observe(this.line);
  }

  draw(): void {
    const { frame, filter, setup } = this.model;
    // Rates change with the trends, once a second; frames come more often.
    const from = [
      ...[frame?.trends, frame?.channels.length, frame?.channelCount],
      ...[filter, this.expanded, this.beyond, setup],
    ];
    if (from.every((part, i) => part === this.drawnFrom[i]) && this.drawnFrom.length > 0) return;
    this.drawnFrom = from;
    const chips = chipsOf(this.model);
    this.host.classList.toggle('expanded', this.expanded);
    render(
      chips.length === 0
        ? html`<span class="chip-none">${l10n.t('No message on any channel yet')}</span>`
        : chips.map((chip) => this.chipView(chip)),
      this.line,
    );
    render(this.toolsView(), this.tools);
    this.roving.update();
    this.countBeyond();
  }

  private chipView(chip: ChannelChip) {
    const { formats } = this;
    const rate = l10n.t('{0}/s', formats.count(chip.rate));
    const about = l10n.t(
      '{0}: {1}, {2}, {3} messages in all',
      chip.name,
      formats.rate(chip.rate),
      formats.byteRate(chip.byteRate),
      formats.count(chip.total),
    );
    const keys = l10n.t('Click to switch the channel on or off, Alt+click (or O) to show only this one');
    return html`<button
      type="button"
      class="chip colour-${chip.colour}"
      aria-pressed=${chip.shown}
      data-channel=${chip.name}
      title=${`${about}\n${keys}`}
      @click=${(event: MouseEvent) => this.toggled(chip, event.altKey)}
      @keydown=${(event: KeyboardEvent) => this.keyPressed(event, chip)}
      ><span class="chip-colour"></span><span class="chip-name">${chip.name}</span>
      <span class="chip-rate">${rate}</span>${sparkline(chip.trend)}</button
    >`;
  }

  private toolsView() {
    const { frame, filter } = this.model;
    // Only the busiest have chips.
    const unnamed = Math.max(0, (frame?.channelCount ?? 0) - (frame?.channels.length ?? 0));
    const title =
      unnamed === 0
        ? nothing
        : l10n.t('{0} channels that are less busy are not listed', this.formats.count(unnamed));
    return html`${
      showsAll(filter)
        ? nothing
        : toolButton({
            icon: 'eye',
            text: l10n.t('All'),
            label: l10n.t('Show all channels'),
            className: 'chip-all',
            act: () => this.showAll(),
          })
    }${
      this.beyond === 0 && !this.expanded
        ? nothing
        : html`<button
            type="button"
            title=${title}
            class="tool chip-more"
            aria-expanded=${this.expanded}
            @click=${() => this.expand()}
          >${this.expanded ? l10n.t('Less') : l10n.t('+{0} more', this.formats.count(this.beyond + unnamed))}</button>`
    }`;
  }

  private toggled(chip: ChannelChip, alone: boolean): void {
    const { filter } = this.model;
    this.events.filterChanged(alone ? withOnly(filter, chip.channel) : withToggled(filter, chip.channel));
  }

  private keyPressed(event: KeyboardEvent, chip: ChannelChip): void {
    const alone = event.key === 'o' || (event.altKey && event.key === 'Enter');
    if (!alone || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggled(chip, true);
  }

  private showAll(): void {
    this.events.filterChanged(withAll(this.model.filter));
    this.line.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  private expand(): void {
    this.expanded = !this.expanded;
    this.events.changed();
  }

  private countBeyond(): void {
    this.markEnd();
    if (this.expanded) return;
    const edge = this.line.clientWidth + 1;
    const from = this.line.offsetLeft;
    const chips = [...this.line.querySelectorAll<HTMLElement>('.chip')];
    const beyond = chips.filter((chip) => chip.offsetLeft - from + chip.offsetWidth > edge).length;
    if (beyond === this.beyond) return;
    this.beyond = beyond;
    this.events.changed();
  }

  /** A chip that is cut off at the right edge is to look as if it went on. */
  private markEnd(): void {
    const { scrollLeft, clientWidth, scrollWidth } = this.line;
    this.host.classList.toggle('goes-on', !this.expanded && scrollLeft + clientWidth < scrollWidth - 1);
  }

  private wheeled(event: WheelEvent): void {
    if (!this.expanded && event.deltaX === 0) this.line.scrollLeft += event.deltaY;
  }
}
