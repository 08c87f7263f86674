import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import type { ConnectionState } from '../../core/connectionState';
import { displayText } from '../../core/displayText';
import { Failure, toFailure } from '../../core/failure';
import type { Endpoint } from '../../protocol/endpoint';
import type {
  PanelIdentity,
  ToWebview,
  TrafficCounts,
  TrafficState,
  ViewFilter,
  ViewRequest,
} from '../../protocol/traffic';
import { sameServer } from '../connectionSecrets';
import type { CaptureThread, WholeMessage } from './captureThread';

/** The part of the connections that panels need. */
export interface PanelConnections {
  /** @throws {Failure} `noConnection`. */
  resolve(idOrName: string): ConnectionProfile;
  state(id: string): ConnectionState;
  /** @throws {Failure} when the profile is invalid. */
  endpoint(id: string): Promise<Endpoint>;
  /** Fires with undefined when the set of profiles changed. */
  readonly onDidChange: vscode.Event<unknown>;
}

export interface WatchEvents {
  /** For the webview, if one is there. */
  post(message: ToWebview): void;
  stateChanged(): void;
  /** What the view held is lost: rows and counts begin anew. */
  viewLost(): void;
}

const connecting: TrafficState = { kind: 'connecting', detail: '', hint: '' };

/**
 * One panel's view in the capture thread. It lives as long as the panel, through hidden times, failed attempts, changes of
 * the profile and crashes of the thread, and remembers what a new view has to be told.
 */
export class PanelWatch implements vscode.Disposable {
  private standing: TrafficState = connecting;
  private isWatching = false;
  private isVisible = false;
  private isPaused = false;
  private lastWant: Extract<ViewRequest, { kind: 'want' }> | undefined;
  /** Address that is watched or was tried, so that a change of the profile is noticed. */
  private triedUrl: string | undefined;
  /** The command client of the profile was connected when last looked at. */
  private wasReady = false;
  /** Counts attempts to watch, so that a late answer to an earlier one is dropped. */
  private attempt = 0;
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly panel: string,
    private readonly identity: PanelIdentity,
    private shownFilter: ViewFilter,
    private readonly thread: CaptureThread,
    private readonly connections: PanelConnections,
    private readonly events: WatchEvents,
  ) {
    this.listening = connections.onDidChange(() => {
      this.profilesChanged();
      this.retryWithClient();
    });
  }

  get state(): TrafficState {
    return this.standing;
  }

  get watching(): boolean {
    return this.isWatching;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  get filter(): ViewFilter {
    return this.shownFilter;
  }

  /** Begins to watch, or tries again; what is held already stays. Failure becomes the state. Never rejects. */
  async start(): Promise<void> {
    const attempt = ++this.attempt;
    // The thread says itself how an attempt of a view that it has goes on.
    if (!this.isWatching) this.setState(connecting);
    try {
      const profile = this.connections.resolve(this.identity.connection);
      this.triedUrl = profile.url;
      const endpoint = await this.connections.endpoint(profile.id);
      if (attempt !== this.attempt) return;
      this.thread.watch(this.panel, profile.id, endpoint, this.identity.subscriptions, {
        frame: (frame) => this.events.post(frame),
        detail: (detail) => this.events.post(detail),
        place: (place) => this.events.post(place),
        state: (state) => this.setState(state),
        ended: (cause, again) => this.threadEnded(cause, again),
      });
      this.tellView();
    } catch (error) {
      if (attempt !== this.attempt) return;
      const failure = toFailure(error);
      this.setState({ kind: 'failed', detail: failure.message, hint: failure.hint });
    }
  }

  /** Whether a webview is there that wants frames. One that comes anew asks for its rows itself. */
  setVisible(visible: boolean): void {
    this.isVisible = visible;
    this.lastWant = undefined;
    if (this.isWatching) this.thread.visible(this.panel, visible);
  }

  request(request: ViewRequest): void {
    if (request.kind === 'want') this.lastWant = request;
    if (request.kind === 'filter') this.shownFilter = request.filter;
    if (request.kind === 'pause') this.isPaused = request.paused;
    if (this.isWatching) this.thread.view(this.panel, request);
  }

  /** @throws {Failure} when nothing is watched, or the thread does not answer. */
  async counts(): Promise<TrafficCounts> {
    if (!this.isWatching) {
      throw new Failure('unreachable', this.standing.detail || vscode.l10n.t('The panel is not connected.'), {
        hint: this.standing.hint,
      });
    }
    return (await this.thread.counts(this.panel)).counts;
  }

  /** The whole of one message. @throws {Failure} `notFound`, `timeout`. */
  async message(seq: number): Promise<WholeMessage> {
    const message = await this.thread.message(this.panel, seq);
    if (message !== undefined) return message;
    throw new Failure('notFound', vscode.l10n.t('The message is no longer in the buffer.'));
  }

  dispose(): void {
    this.listening.dispose();
    this.stop();
    this.setState({ kind: 'closed', detail: '', hint: '' });
  }

  private stop(): void {
    this.attempt++;
    this.thread.unwatch(this.panel);
    if (!this.isWatching) return;
    this.isWatching = false;
    this.isPaused = false;
    this.events.viewLost();
  }

  /** Tells a view that may be new what the panel asked for before. */
  private tellView(): void {
    if (this.isWatching) return;
    this.isWatching = true;
    this.thread.view(this.panel, { kind: 'filter', filter: this.shownFilter });
    if (this.isPaused) this.thread.view(this.panel, { kind: 'pause', paused: true });
    this.thread.visible(this.panel, this.isVisible);
    // A new view numbers frames and rows from the beginning.
    if (this.isVisible && this.lastWant !== undefined) {
      this.thread.view(this.panel, { ...this.lastWant, frame: 0 });
    }
  }

  private threadEnded(cause: string, again: boolean): void {
    this.stop();
    const detail = vscode.l10n.t(
      'The capture thread ended unexpectedly ({0}). What it held is lost.',
      displayText(cause),
    );
    if (again) {
      this.events.post({
        kind: 'notice',
        ok: false,
        text: `${detail} ${vscode.l10n.t('It was started again.')}`,
      });
      void this.start();
    } else {
      this.setState({
        kind: 'failed',
        detail,
        hint: vscode.l10n.t('It ended several times within a minute. The log tells more.'),
      });
    }
  }

  /** Another address is another server: its messages do not belong among those received so far. */
  private profilesChanged(): void {
    const url = this.currentUrl();
    const before = this.triedUrl;
    this.triedUrl = url;
    if (url === before) return;
    // Channels know no databases.
    if (url !== undefined && before !== undefined && sameServer(url, before)) return;
    this.stop();
    void this.start();
  }

  /** The command client came through, with another password perhaps: so may the subscriber that had given up. */
  private retryWithClient(): void {
    const { kind } = this.connections.state(this.identity.connection);
    const cameReady = kind === 'ready' && !this.wasReady;
    this.wasReady = kind === 'ready';
    if (cameReady && this.standing.kind === 'failed') void this.start();
  }

  private currentUrl(): string | undefined {
    try {
      return this.connections.resolve(this.identity.connection).url;
    } catch (error) {
      if (toFailure(error).code !== 'noConnection') throw error;
      return undefined;
    }
  }

  private setState(state: TrafficState): void {
    const { kind, detail, hint } = this.standing;
    this.standing = state;
    this.events.post({ kind: 'state', state });
    if (kind !== state.kind || detail !== state.detail || hint !== state.hint) this.events.stateChanged();
  }
}
