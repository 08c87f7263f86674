import * as l10n from '@vscode/l10n';
import { html, nothing, render } from 'lit/html.js';
import type { ToWebview, TrafficDetail, TrafficFrame } from '../../protocol/traffic';
import { Combobox } from './combobox';
import { composerView } from './composerView';
import { DetailPane } from './detailPane';
import { emptyView, problemView } from './emptyView';
import { Formats } from './formats';
import { headerView } from './headerView';
import type { HostPort } from './hostPort';
import { LiveSummary } from './liveSummary';
import { pageElement } from './pageElement';
import { type PanelModel, rowAt, type Setup, unseenRows } from './panelModel';
import { panelSkeleton } from './panelSkeleton';
import type { DetailTab, SavedState } from './savedState';
import { initialSplit, Splitter } from './splitter';
import { statusView } from './statusView';
import { toolbarView } from './toolbarView';
import { TrafficList } from './trafficList';

const filterDelayMs = 80;
const saveDelayMs = 150;
const draftLimit = 65_536;

/** The panel's behaviour: what the user does and what the host says become changes of the model and a drawing. */
export class TrafficApp {
  private readonly model: PanelModel;
  private readonly formats = new Formats(document.documentElement.lang || 'en');
  private readonly list: TrafficList;
  private readonly detail: DetailPane;
  private readonly splitter: Splitter;
  private readonly channelField: Combobox;
  private readonly summary: LiveSummary;
  private drawing = false;
  /** The newest frame awaits its acknowledgement. */
  private unacknowledged = true;
  private asked = '';
  /** The cursor went to a row whose message is to be shown once the row is here. */
  private selecting = false;
  private publishes = 0;
  private filterTimer: ReturnType<typeof setTimeout> | undefined;
  private saveTimer: ReturnType<typeof setTimeout> | undefined;
  private savedText = '';

  constructor(
    private readonly root: HTMLElement,
    private readonly port: HostPort,
    setup: Setup,
  ) {
    const saved = port.saved;
    const samePanel = saved?.panel === setup.panel ? saved : undefined;
    this.model = {
      setup,
      frame: undefined,
      state: { kind: 'connecting', detail: '', hint: '' },
      filter: setup.filter,
      following: saved?.follow ?? true,
      cursor: undefined,
      selection:
        samePanel?.selected === undefined
          ? undefined
          : { kind: 'message', seq: samePanel.selected, detail: undefined },
      tab: saved?.tab ?? 'decoded',
      split: saved?.split ?? initialSplit,
      seenUpTo: undefined,
      composer: {
        channel: saved?.channel ?? setup.channels[0] ?? '',
        message: saved?.message ?? '',
        pending: undefined,
        answer: undefined,
      },
      notice: undefined,
    };
    render(panelSkeleton(), root);
    const part = (selector: string) => pageElement(root, selector);
    this.list = new TrafficList(part('.list'), this.formats, {
      changed: () => this.changed(),
      followChanged: (following) => this.follow(following),
      clicked: (ordinal) => this.goTo(ordinal, true),
      opened: () => this.detail.focus(),
    });
    this.detail = new DetailPane(part('.detail'), this.formats, {
      tabChosen: (tab) => this.chooseTab(tab),
      copy: (seq) => port.post({ kind: 'copyMessage', seq }),
      openInEditor: (seq) => port.post({ kind: 'openMessage', seq }),
      left: () => this.list.element.focus(),
      closed: () => this.closeDetail(),
    });
    this.splitter = new Splitter(part('.splitter'), part('.panes'), {
      moved: (share) => {
        this.model.split = share;
        this.changed();
      },
    });
    this.channelField = new Combobox(part('.channel-field'), {
      label: l10n.t('Channel to publish to'),
      placeholder: l10n.t('Channel'),
      changed: (value) => {
        this.model.composer.channel = value;
        this.changed();
      },
    });
    this.summary = new LiveSummary(part('.summary'), this.formats);
    this.listen();
    if (!this.model.following && samePanel !== undefined) this.list.startAt(samePanel.top);
    if (this.model.selection?.kind === 'message')
      port.post({ kind: 'detail', seq: this.model.selection.seq });
    this.changed();
  }

  /** A message of the host, validated already. */
  receive(message: ToWebview): void {
    const { model } = this;
    switch (message.kind) {
      case 'setup':
        model.setup = message;
        break;
      case 'frame':
        this.frameArrived(message);
        break;
      case 'detail':
        this.detailArrived(message);
        break;
      case 'state':
        model.state = message.state;
        break;
      case 'notice':
        model.notice = { ok: message.ok, text: message.text };
        break;
      case 'published':
        if (message.id !== model.composer.pending) return;
        model.composer.pending = undefined;
        model.composer.answer = { ok: message.ok, text: message.text };
        break;
    }
    this.changed();
  }

  private frameArrived(frame: TrafficFrame): void {
    this.model.frame = frame;
    this.model.state = frame.state;
    this.unacknowledged = true;
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
    this.selectArrived();
    const part = (selector: string) => pageElement(this.root, selector);
    render(headerView(model, formats), part('.header'));
    render(toolbarView(model, formats, this.toolbarEvents), part('.toolbar'));
    this.splitter.draw(model.split, model.selection !== undefined);
    this.detail.draw(model);
    render(problemView(model, stateEvents), part('.problems'));
    this.list.draw(model, emptyView(model, stateEvents));
    this.noteSeen();
    render(this.newRowsView(), part('.new-rows'));
    this.channelField.draw(model.composer.channel, this.offeredChannels());
    render(composerView(model.composer, this.composerEvents), part('.composer-rest'));
    render(statusView(model, formats), part('.status'));
    this.summary.draw(model);
    this.askForRows();
    this.saveSoon();
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

  private readonly composerEvents = {
    messageTyped: (text: string) => {
      this.model.composer.message = text;
      this.changed();
    },
    published: () => this.publish(),
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
    model.filter = text;
    model.cursor = undefined;
    model.seenUpTo = undefined;
    clearTimeout(this.filterTimer);
    this.filterTimer = setTimeout(() => this.port.post({ kind: 'filter', text }), filterDelayMs);
    this.changed();
  }

  private publish(): void {
    const { composer } = this.model;
    if (composer.channel === '' || composer.pending !== undefined) return;
    composer.pending = ++this.publishes;
    this.port.post({
      kind: 'publish',
      id: composer.pending,
      channel: composer.channel,
      message: composer.message,
    });
    this.changed();
  }

  /** Moves the cursor; with `open` the row's message is shown, also when the detail pane was closed. */
  private goTo(ordinal: number, open: boolean): void {
    const { model } = this;
    model.cursor = ordinal;
    model.following = false;
    this.list.reveal(ordinal);
    this.selecting = open || model.selection !== undefined;
    this.changed();
  }

  private selectArrived(): void {
    const { model } = this;
    if (model.cursor === undefined && model.selection?.kind === 'message') {
      const { seq } = model.selection;
      const at = model.frame?.rows.findIndex((row) => row.kind === 'message' && row.seq === seq) ?? -1;
      if (at >= 0 && model.frame !== undefined) model.cursor = model.frame.start + at;
    }
    if (!this.selecting || model.cursor === undefined) return;
    const row = rowAt(model.frame, model.cursor);
    if (row === undefined) return;
    this.selecting = false;
    if (row.kind === 'gap') {
      model.selection = { kind: 'gap', gap: row };
    } else if (model.selection?.kind !== 'message' || model.selection.seq !== row.seq) {
      model.selection = { kind: 'message', seq: row.seq, detail: undefined };
      this.port.post({ kind: 'detail', seq: row.seq });
    }
  }

  private chooseTab(tab: DetailTab): void {
    this.model.tab = tab;
    this.changed();
  }

  private closeDetail(): void {
    this.model.selection = undefined;
    this.selecting = false;
    this.list.element.focus();
    this.changed();
  }

  private listen(): void {
    this.list.element.addEventListener('keydown', (event) => this.listKey(event));
    this.root.addEventListener('keydown', (event) => this.panelKey(event));
  }

  private listKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { frame, cursor, following } = this.model;
    const first = frame?.first ?? 0;
    const last = (frame?.end ?? 0) - 1;
    const { page } = this.list;
    const visible = this.list.visible;
    const from = cursor ?? (following ? last + 1 : visible.first - 1);
    const move = (to: number) => {
      if (last >= first) this.goTo(Math.max(first, Math.min(last, to)), false);
    };
    switch (event.key) {
      case 'ArrowDown':
        move(from + 1);
        break;
      case 'ArrowUp':
        move(from - 1);
        break;
      case 'PageDown':
        move(from + page);
        break;
      case 'PageUp':
        move(from - page);
        break;
      case 'Home':
        move(first);
        break;
      case 'End':
        move(last);
        this.follow(true);
        break;
      case 'Enter':
        if (cursor === undefined) return;
        if (this.model.selection !== undefined && !this.selecting) this.detail.focus();
        this.goTo(cursor, true);
        break;
      case 'Escape':
        if (this.model.selection === undefined) return;
        this.closeDetail();
        break;
      case ' ':
        this.togglePause();
        break;
      default:
        return;
    }
    event.preventDefault();
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
      this.publish();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Channels to offer: those watched, then those seen. A name with escapes in it is a display form, not the name. */
  private offeredChannels(): readonly string[] {
    const seen = this.model.frame?.channels ?? [];
    const names = seen.map(({ name }) => name).filter((name) => !/[\\…\ufffd]/.test(name));
    return [...new Set([...this.model.setup.channels, ...names])];
  }

  private saveSoon(): void {
    this.saveTimer ??= setTimeout(() => {
      this.saveTimer = undefined;
      const state = this.state();
      const text = JSON.stringify(state);
      if (text === this.savedText) return;
      this.savedText = text;
      this.port.save(state);
    }, saveDelayMs);
  }

  private state(): SavedState {
    const { setup, filter, following, tab, split, selection, composer } = this.model;
    return {
      restore: setup.restore,
      filter,
      follow: following,
      tab,
      split,
      panel: setup.panel,
      top: following ? 0 : this.list.top,
      ...(selection?.kind === 'message' ? { selected: selection.seq } : {}),
      channel: composer.channel,
      message: composer.message.slice(0, draftLimit),
    };
  }
}
