import { render } from 'lit/html.js';
import type { ToWebview, TrafficDetail, TrafficFrame } from '../../protocol/traffic';
import { ChannelChips } from './channelChips';
import { DetailPane } from './detailPane';
import { emptyView, problemView } from './emptyView';
import { Filtering } from './filtering';
import { Formats } from './formats';
import { headerView } from './headerView';
import type { HostPort } from './hostPort';
import { ListTools } from './listTools';
import { LiveSummary } from './liveSummary';
import { MatchFinder } from './matchFinder';
import { beginModel, stateToSave } from './modelState';
import { newRowsView } from './newRowsView';
import { Notices } from './notices';
import { pageElement } from './pageElement';
import { panelKeyPressed } from './panelKeys';
import type { PanelModel, Setup } from './panelModel';
import { panelSkeleton } from './panelSkeleton';
import { Publishing } from './publishing';
import { remarksView } from './remarksView';
import { RowCursor } from './rowCursor';
import { placeOf } from './rowOrder';
import { RowWants } from './rowWants';
import type { DetailTab } from './savedState';
import { Splitter } from './splitter';
import { StateSaver } from './stateSaver';
import { statusView } from './statusView';
import { TimeJump } from './timeJump';
import { TrafficList } from './trafficList';

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
  private readonly finder: MatchFinder;
  private readonly filtering: Filtering;
  private readonly chips: ChannelChips;
  private readonly timeJump: TimeJump;
  private readonly tools: ListTools;
  private readonly wants: RowWants;
  private readonly saver: StateSaver;
  private readonly notices: Notices;
  /** What each drawing writes to; looked up once. */
  private readonly parts: Readonly<
    Record<'header' | 'remarks' | 'problems' | 'listPane' | 'newRows' | 'status', HTMLElement>
  >;
  private drawing = false;

  constructor(
    root: HTMLElement,
    private readonly port: HostPort,
    setup: Setup,
  ) {
    const { saved } = port;
    this.model = beginModel(setup, saved);
    render(panelSkeleton(), root);
    const part = (selector: string) => pageElement(root, selector);
    this.parts = {
      header: part('.header'),
      remarks: part('.remarks'),
      problems: part('.problems'),
      listPane: part('.list-pane'),
      newRows: part('.new-rows'),
      status: part('.status'),
    };
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
      publishAgain: (channel, message) => this.publishing.prepare(channel, message),
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
    this.summary = new LiveSummary(part('.summary'), part('.match-summary'), this.formats);
    this.cursor = new RowCursor(this.model, this.list, this.detail, port, {
      changed: () => this.changed(),
      followed: () => this.follow(true),
      pauseToggled: () => this.tools.togglePause(),
    });
    const changed = () => this.changed();
    const toList = () => this.list.element.focus();
    this.notices = new Notices(this.model, changed);
    this.finder = new MatchFinder(this.model, this.list, this.cursor, port, this.notices, changed);
    this.filtering = new Filtering(
      part('.filter'),
      this.model,
      port,
      this.formats,
      this.finder,
      this.notices,
      {
        changed,
        left: toList,
      },
    );
    this.chips = new ChannelChips(part('.chips'), this.model, this.formats, {
      changed,
      filterChanged: (filter) => this.filtering.set(filter),
    });
    const timeButton = () => root.querySelector<HTMLElement>('.time-button');
    this.timeJump = new TimeJump(
      part('.time-jump'),
      timeButton,
      this.model,
      this.formats,
      this.finder.questions,
      this.cursor,
      this.notices,
      { changed, arrived: toList },
    );
    this.tools = new ListTools(part('.toolbar'), this.model, port, this.formats, this.timeJump, {
      changed,
      followChanged: (following) => this.follow(following),
    });
    this.wants = new RowWants(port, this.list);
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
        this.finder.questions.placeArrived(message, model.frame?.generation);
        break;
      case 'state':
        model.state = message.state;
        break;
      case 'notice':
        this.notices.show(message);
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
    this.wants.frameArrived();
    this.finder.questions.generationShown(frame.generation);
    this.timeJump.rowsArrived();
  }

  /** The host lost what the view held. */
  private beginAnew(setup: Setup): void {
    this.model.setup = setup;
    this.model.frame = undefined;
    this.wants.forget();
    this.finder.questions.forget();
    this.forgetOrdinals(0);
    this.model.seenUpTo = undefined;
  }

  /** Another filter has other ordinals: none that was remembered means anything among them. */
  private forgetOrdinals(end: number): void {
    this.model.cursor = undefined;
    this.model.currentMatch = undefined;
    this.model.seenUpTo = end;
    this.list.startAt(placeOf(end, this.model.order));
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
      allShown: () => this.showAll(),
      beginningRead: () => this.beginningRead(),
    };
    this.cursor.showArrived();
    const { parts } = this;
    render(headerView(model, formats), parts.header);
    this.tools.draw();
    this.filtering.draw();
    this.chips.draw();
    this.splitter.draw(model.split, model.selection !== undefined);
    this.detail.draw(model);
    render(remarksView(model, stateEvents), parts.remarks);
    render(problemView(model, stateEvents), parts.problems);
    this.list.draw(model, emptyView(model, stateEvents));
    this.noteSeen();
    parts.listPane.classList.toggle('newest-first', model.order === 'newestFirst');
    render(
      newRowsView(model, formats, () => this.follow(true)),
      parts.newRows,
    );
    this.publishing.draw();
    render(statusView(model, formats), parts.status);
    this.summary.draw(model);
    this.wants.drawn(model);
    this.saver.save(() => stateToSave(model, this.list.top));
  }

  private noteSeen(): void {
    const { model } = this;
    if (model.frame === undefined) return;
    const seen = model.following ? model.frame.end : this.list.visible.end;
    model.seenUpTo = Math.max(model.seenUpTo ?? model.frame.end, seen);
  }

  private follow(following: boolean): void {
    this.model.following = following;
    this.changed();
  }

  /** The button is gone with what it did. */
  private showAll(): void {
    this.filtering.showAll();
    this.list.element.focus();
  }

  private beginningRead(): void {
    this.model.setup = { ...this.model.setup, beginning: '' };
    this.port.post({ kind: 'beginningRead' });
    this.list.element.focus();
    this.changed();
  }

  private chooseTab(tab: DetailTab): void {
    this.model.tab = tab;
    this.changed();
  }

  private panelKey(event: KeyboardEvent): void {
    const known = panelKeyPressed(event, {
      filter: () => this.filtering.focus(),
      step: (step) => this.filtering.step(step),
      goToTime: () => this.timeJump.toggle(),
      publish: () => this.publishing.publish(),
    });
    if (!known) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
