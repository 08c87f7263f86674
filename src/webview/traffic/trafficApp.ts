import * as l10n from '@vscode/l10n';
import { html, nothing, render } from 'lit/html.js';
import type { ToWebview, TrafficDetail, TrafficFrame } from '../../protocol/traffic';
import { DetailPane } from './detailPane';
import { emptyView, problemView } from './emptyView';
import { Formats } from './formats';
import { headerView } from './headerView';
import type { HostPort } from './hostPort';
import { LiveSummary } from './liveSummary';
import { beginModel, stateToSave } from './modelState';
import { pageElement } from './pageElement';
import { type PanelModel, type Setup, unseenRows } from './panelModel';
import { panelSkeleton } from './panelSkeleton';
import { Publishing } from './publishing';
import { RowCursor } from './rowCursor';
import type { DetailTab } from './savedState';
import { Splitter } from './splitter';
import { StateSaver } from './stateSaver';
import { statusView } from './statusView';
import { toolbarView } from './toolbarView';
import { TrafficList } from './trafficList';

const filterDelayMs = 80;

/** The panel's behaviour: what the user does and what the host says become changes of the model and a drawing. */
export class TrafficApp {
  private readonly model: PanelModel;
  private readonly formats = new Formats(document.documentElement.lang || 'en');
  private readonly list: TrafficList;
  private readonly detail: DetailPane;
  private readonly splitter: Splitter;
  private readonly publishing: Publishing;
  private readonly summary: LiveSummary;
  private readonly cursor: RowCursor;
  private readonly saver: StateSaver;
  private drawing = false;
  /** The newest frame awaits its acknowledgement. */
  private unacknowledged = true;
  private asked = '';
  private filterTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly port: HostPort,
    setup: Setup,
  ) {
    const { saved } = port;
    this.model = beginModel(setup, saved);
    render(panelSkeleton(), root);
    const part = (selector: string) => pageElement(root, selector);
    this.list = new TrafficList(part('.list'), this.formats, {
      changed: () => this.changed(),
      followChanged: (following) => this.follow(following),
      clicked: (ordinal) => this.cursor.goTo(ordinal, true),
      opened: () => this.detail.focus(),
    });
    this.detail = new DetailPane(part('.detail'), this.formats, {
      tabChosen: (tab) => this.chooseTab(tab),
      copy: (seq) => port.post({ kind: 'copyMessage', seq }),
      openInEditor: (seq) => port.post({ kind: 'openMessage', seq }),
      left: () => this.list.element.focus(),
      closed: () => this.cursor.close(),
    });
    this.splitter = new Splitter(part('.splitter'), part('.panes'), {
      moved: (share) => {
        this.model.split = share;
        this.changed();
      },
    });
    this.publishing = new Publishing(root, this.model, port, () => this.changed());
    this.saver = new StateSaver(port);
    this.summary = new LiveSummary(part('.summary'), this.formats);
    this.cursor = new RowCursor(this.model, this.list, this.detail, port, {
      changed: () => this.changed(),
      followed: () => this.follow(true),
      pauseToggled: () => this.togglePause(),
    });
    root.addEventListener('keydown', (event) => this.panelKey(event));
    if (saved?.panel === setup.panel && !saved.follow) this.list.startAt(saved.top);
    if (this.model.selection?.kind === 'message')
      port.post({ kind: 'detail', seq: this.model.selection.seq });
    this.changed();
  }

  /** A message of the host, validated already. */
  receive(message: ToWebview): void {
    const { model } = this;
    switch (message.kind) {
      case 'setup':
        this.beginAnew(message);
        break;
      case 'frame':
        this.frameArrived(message);
        break;
      case 'profile':
        model.setup = { ...model.setup, connection: message.connection, readOnly: message.readOnly };
        break;
      case 'detail':
        this.detailArrived(message);
        break;
      case 'place':
        break;
      case 'state':
        model.state = message.state;
        break;
      case 'notice':
        model.notice = { ok: message.ok, text: message.text };
        break;
      case 'published':
        this.publishing.answered(message);
        break;
    }
    this.changed();
  }

  private frameArrived(frame: TrafficFrame): void {
    const before = this.model.frame;
    if (before !== undefined && before.generation !== frame.generation) this.forgetOrdinals(frame.end);
    const trends = frame.trends ?? before?.trends;
    this.model.frame = trends === undefined ? frame : { ...frame, trends };
    this.model.state = frame.state;
    this.unacknowledged = true;
  }

  /** The host lost what the view held. */
  private beginAnew(setup: Setup): void {
    this.model.setup = setup;
    this.model.frame = undefined;
    this.asked = '';
    this.forgetOrdinals(0);
    this.model.seenUpTo = undefined;
  }

  /** Another filter has other ordinals: none that was remembered means anything among them. */
  private forgetOrdinals(end: number): void {
    this.model.cursor = undefined;
    this.model.seenUpTo = end;
    this.list.startAt(end);
  }

  private detailArrived(detail: TrafficDetail): void {
    const { selection } = this.model;
    if (selection?.kind === 'message' && selection.seq === detail.seq) {
      this.model.selection = { ...selection, detail };
    }
  }

  /** Draws once before the next paint, however much changed until then. */
  private changed(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw();
    });
  }

  private draw(): void {
    const { model, formats } = this;
    const stateEvents = {
      retried: () => this.port.post({ kind: 'retry' }),
      logShown: () => this.port.post({ kind: 'showLog' }),
    };
    this.cursor.showArrived();
    const part = (selector: string) => pageElement(this.root, selector);
    render(headerView(model, formats), part('.header'));
    render(toolbarView(model, formats, this.toolbarEvents), part('.toolbar'));
    this.splitter.draw(model.split, model.selection !== undefined);
    this.detail.draw(model);
    render(problemView(model, stateEvents), part('.problems'));
    this.list.draw(model, emptyView(model, stateEvents));
    this.noteSeen();
    render(this.newRowsView(), part('.new-rows'));
    this.publishing.draw();
    render(statusView(model, formats), part('.status'));
    this.summary.draw(model);
    this.askForRows();
    this.saver.save(() => stateToSave(model, this.list.top));
  }

  /** Acknowledges the frame just drawn and asks for the rows to draw next; without news it says nothing. */
  private askForRows(): void {
    const { first, count } = this.list.wanted(this.model.following);
    const frame = this.model.frame?.frame ?? 0;
    const question = `${frame} ${first} ${count}`;
    if (!this.unacknowledged && question === this.asked) return;
    this.unacknowledged = false;
    this.asked = question;
    this.port.post({ kind: 'want', frame, first, count });
  }

  private noteSeen(): void {
    const { model } = this;
    if (model.frame === undefined) return;
    const seen = model.following ? model.frame.end : this.list.visible.end;
    model.seenUpTo = Math.max(model.seenUpTo ?? model.frame.end, seen);
  }

  private newRowsView() {
    const count = unseenRows(this.model);
    if (count === 0) return nothing;
    return html`<button type="button" class="button" @click=${() => this.follow(true)}
      >${l10n.t('{0} new', this.formats.count(count))}<span class="codicon codicon-arrow-down" aria-hidden="true"></span
    ></button>`;
  }

  private readonly toolbarEvents = {
    pauseToggled: () => this.togglePause(),
    cleared: () => this.clear(),
    followToggled: () => this.follow(!this.model.following),
    filterTyped: (text: string) => this.filterTyped(text),
    filterLeft: () => this.list.element.focus(),
  };

  private togglePause(): void {
    this.port.post({ kind: 'pause', paused: this.model.frame?.paused !== true });
  }

  private clear(): void {
    this.port.post({ kind: 'clear' });
    this.model.cursor = undefined;
    this.model.selection = undefined;
    this.model.seenUpTo = undefined;
    this.changed();
  }

  private follow(following: boolean): void {
    this.model.following = following;
    this.changed();
  }

  private filterTyped(text: string): void {
    const { model } = this;
    const filter = { ...model.filter, text };
    model.filter = filter;
    clearTimeout(this.filterTimer);
    this.filterTimer = setTimeout(() => this.port.post({ kind: 'filter', filter }), filterDelayMs);
    this.changed();
  }

  private chooseTab(tab: DetailTab): void {
    this.model.tab = tab;
    this.changed();
  }

  private panelKey(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    const command = event.ctrlKey || event.metaKey;
    if ((command && event.key === 'f') || (event.key === '/' && !typing && !command)) {
      const field = pageElement(this.root, '.filter-text');
      field.focus();
      if (field instanceof HTMLInputElement) field.select();
    } else if (
      command &&
      event.key === 'Enter' &&
      event.target instanceof Element &&
      event.target.closest('.composer')
    ) {
      this.publishing.publish();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
