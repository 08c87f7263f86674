import * as vscode from 'vscode';
import { displayBytes, displayText } from '../../core/displayText';
import type { Endpoint } from '../../core/endpoint';
import { Failure, toFailure } from '../../core/failure';
import { decodeUtf8 } from '../../core/messageValue';
import type {
  FromWebview,
  PanelIdentity,
  ToWebview,
  TrafficCounts,
  TrafficState,
  ViewRequest,
} from '../../protocol/traffic';
import type { CaptureThread } from './captureThread';
import { readFromWebview } from './inboundMessages';
import { subscriptionTitle } from './subscriptionNames';
import { trafficHtml, webviewRoot } from './webviewHtml';

/** The part of the connections that panels need. */
export interface PanelConnections {
  /** @throws {Failure} `noConnection`. */
  resolve(idOrName: string): { readonly id: string; readonly name: string; readonly url: string };
  /** @throws {Failure} when the profile is invalid. */
  endpoint(id: string): Promise<Endpoint>;
  /** Fires with undefined when the set of profiles changed. */
  readonly onDidChange: vscode.Event<unknown>;
}

/** What a panel works with. */
export interface PanelDependencies {
  readonly extensionUri: vscode.Uri;
  readonly thread: CaptureThread;
  readonly connections: PanelConnections;
  /** Localised texts of the webview by their English form. */
  readonly texts: Readonly<Record<string, string>>;
  /** Publishes by a panel's composer; answers with a sentence on the receivers. Rejects with a Failure. */
  readonly publish: (connection: string, channel: string, message: string) => Promise<string>;
  /** Shows a payload in an editor. */
  readonly openMessage: (payload: Uint8Array, title: string) => Promise<void>;
  readonly showLog: () => void;
}

const connecting: TrafficState = { kind: 'connecting', detail: '', hint: '' };

/** One traffic panel: relays between its webview and the capture thread, and does what only the host can. */
export class TrafficPanel implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private readonly changes = new vscode.EventEmitter<void>();
  private standing: TrafficState = connecting;
  private isDisposed = false;
  /** The webview that is there has asked for its setup; none is while the panel is hidden. */
  private isReady = false;
  private isWatching = false;
  /** Address that is watched or was tried, so that a change of the profile is noticed. */
  private triedUrl: string | undefined;
  /** Counts attempts to watch, so that a late answer to an earlier one is dropped. */
  private attempt = 0;
  private lastWant: ViewRequest | undefined;
  private isPaused = false;

  /** Fires when the state or the set of what is watched changed, and at the end. */
  readonly onDidChange = this.changes.event;

  /**
   * @param id what commands name the panel by
   * @param view a panel of VS Code that is new or to be restored; the TrafficPanel owns it from now on
   */
  constructor(
    readonly id: string,
    readonly identity: PanelIdentity,
    private filter: string,
    private readonly view: vscode.WebviewPanel,
    private readonly deps: PanelDependencies,
  ) {
    view.title = this.title;
    view.iconPath = {
      light: vscode.Uri.joinPath(deps.extensionUri, 'media', 'traffic-light.svg'),
      dark: vscode.Uri.joinPath(deps.extensionUri, 'media', 'traffic-dark.svg'),
    };
    view.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(deps.extensionUri)] };
    this.disposables.push(
      this.changes,
      view.onDidDispose(() => this.dispose()),
      view.onDidChangeViewState(() => this.visibilityChanged()),
      view.webview.onDidReceiveMessage((data: unknown) => this.received(data)),
      deps.connections.onDidChange(() => this.profilesChanged()),
    );
    view.webview.html = trafficHtml(view.webview, deps.extensionUri);
    void this.watch();
  }

  get title(): string {
    return subscriptionTitle(this.identity.subscriptions);
  }

  get state(): TrafficState {
    return this.standing;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  get active(): boolean {
    return this.view.active;
  }

  reveal(): void {
    this.view.reveal();
  }

  /** Holds the rows still, or lets them go on; capture is not touched. */
  pause(paused: boolean): void {
    this.request({ kind: 'pause', paused });
  }

  /** Forgets what was received so far. */
  clear(): void {
    this.request({ kind: 'clear' });
  }

  /** @throws {Failure} when the panel watches nothing, or the thread does not answer. */
  async counts(): Promise<TrafficCounts> {
    if (!this.isWatching) {
      throw new Failure('unreachable', this.standing.detail || vscode.l10n.t('The panel is not connected.'), {
        hint: this.standing.hint,
      });
    }
    return (await this.deps.thread.counts(this.id)).counts;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.attempt++;
    this.isReady = false;
    this.isWatching = false;
    this.deps.thread.unwatch(this.id);
    this.standing = { kind: 'closed', detail: '', hint: '' };
    this.changes.fire();
    for (const disposable of this.disposables) disposable.dispose();
    this.view.dispose();
  }

  /** Begins to watch, or begins anew. Failure becomes the panel's state. */
  private async watch(): Promise<void> {
    const attempt = ++this.attempt;
    this.isWatching = false;
    this.isPaused = false;
    this.deps.thread.unwatch(this.id);
    this.setState(connecting);
    try {
      const { connections, thread } = this.deps;
      const profile = connections.resolve(this.identity.connection);
      this.triedUrl = profile.url;
      const endpoint = await connections.endpoint(profile.id);
      if (attempt !== this.attempt) return;
      thread.watch(this.id, profile.id, endpoint, this.identity.subscriptions, {
        frame: (frame) => this.post(frame),
        detail: (detail) => this.post(detail),
        state: (state) => this.setState(state),
        ended: (cause, again) => this.threadEnded(cause, again),
      });
      this.isWatching = true;
      if (this.filter !== '') thread.view(this.id, { kind: 'filter', text: this.filter });
      thread.visible(this.id, this.isReady);
      if (this.isReady && this.lastWant !== undefined) thread.view(this.id, this.lastWant);
    } catch (error) {
      if (attempt !== this.attempt) return;
      const failure = toFailure(error);
      this.setState({ kind: 'failed', detail: failure.message, hint: failure.hint });
    }
  }

  private threadEnded(cause: string, again: boolean): void {
    this.isWatching = false;
    const detail = vscode.l10n.t(
      'The capture thread ended unexpectedly ({0}). What it held is lost.',
      displayText(cause),
    );
    if (again) {
      this.post({ kind: 'notice', ok: false, text: `${detail} ${vscode.l10n.t('It was started again.')}` });
      // A new ring numbers its rows from the beginning.
      this.lastWant =
        this.lastWant?.kind === 'want' ? { ...this.lastWant, frame: 0, first: 'newest' } : undefined;
      void this.watch();
    } else {
      this.setState({
        kind: 'failed',
        detail,
        hint: vscode.l10n.t('It ended several times within a minute. The log tells more.'),
      });
    }
  }

  private profilesChanged(): void {
    let url: string | undefined;
    try {
      url = this.deps.connections.resolve(this.identity.connection).url;
    } catch (error) {
      if (toFailure(error).code !== 'noConnection') throw error;
    }
    if (url !== this.triedUrl) {
      this.triedUrl = url;
      void this.watch();
    }
  }

  private setState(state: TrafficState): void {
    const { kind, detail, hint } = this.standing;
    this.standing = state;
    this.post({ kind: 'state', state });
    if (kind !== state.kind || detail !== state.detail || hint !== state.hint) this.changes.fire();
  }

  private visibilityChanged(): void {
    if (this.view.visible) return;
    // The webview is gone; when it is shown again, a new one asks for its setup.
    this.isReady = false;
    if (this.isWatching) this.deps.thread.visible(this.id, false);
  }

  private received(data: unknown): void {
    const message = readFromWebview(data);
    if (message !== undefined) this.act(message);
  }

  private act(message: FromWebview): void {
    switch (message.kind) {
      case 'ready':
        this.setUp();
        break;
      case 'publish':
        void this.publish(message.id, message.channel, message.message);
        break;
      case 'openMessage':
        void this.withMessage(message.seq, async (bytes, channel) => {
          await this.deps.openMessage(bytes, channel);
          return '';
        });
        break;
      case 'copyMessage':
        void this.withMessage(message.seq, copy);
        break;
      case 'showLog':
        this.deps.showLog();
        break;
      case 'retry':
        void this.watch();
        break;
      default:
        this.request(message);
    }
  }

  /** A request of the view. What outlives the webview or the thread is remembered. */
  private request(request: ViewRequest): void {
    if (request.kind === 'want') this.lastWant = request;
    if (request.kind === 'filter') this.filter = request.text;
    if (request.kind === 'pause') this.isPaused = request.paused;
    if (this.isWatching) this.deps.thread.view(this.id, request);
  }

  private setUp(): void {
    this.isReady = true;
    this.lastWant = undefined;
    const { subscriptions } = this.identity;
    this.post({
      kind: 'setup',
      panel: this.id,
      title: this.title,
      connection: this.connectionName,
      channels: subscriptions.channels.filter(
        (name): name is string => typeof name === 'string' && displayText(name, name.length) === name,
      ),
      patterns: subscriptions.patterns.length > 0,
      restore: this.identity,
      l10n: this.deps.texts,
      filter: this.filter,
    });
    this.post({ kind: 'state', state: this.standing });
    if (this.isWatching) this.deps.thread.visible(this.id, true);
  }

  private get connectionName(): string {
    try {
      return displayText(this.deps.connections.resolve(this.identity.connection).name);
    } catch (error) {
      if (toFailure(error).code !== 'noConnection') throw error;
      return displayText(this.identity.connection);
    }
  }

  private async publish(id: number, channel: string, message: string): Promise<void> {
    try {
      const text = await this.deps.publish(this.identity.connection, channel, message);
      this.post({ kind: 'published', id, ok: true, text });
    } catch (error) {
      this.post({ kind: 'published', id, ok: false, text: sentence(error) });
    }
  }

  /** Fetches a whole message, does something with it and says so in the panel. */
  private async withMessage(
    seq: number,
    use: (bytes: Uint8Array, channel: string) => Promise<string>,
  ): Promise<void> {
    try {
      const message = await this.deps.thread.message(this.id, seq);
      if (message === undefined) {
        throw new Failure('notFound', vscode.l10n.t('The message is no longer in the buffer.'));
      }
      const text = await use(message.bytes, displayBytes(message.channel, 60));
      this.post({ kind: 'notice', ok: true, text });
    } catch (error) {
      this.post({ kind: 'notice', ok: false, text: sentence(error) });
    }
  }

  private post(message: ToWebview): void {
    if (this.isReady) void this.view.webview.postMessage(message);
  }
}

async function copy(bytes: Uint8Array): Promise<string> {
  const text = decodeUtf8(bytes);
  await vscode.env.clipboard.writeText(text ?? Buffer.from(bytes).toString('base64'));
  return text === undefined
    ? vscode.l10n.t('Copied {0} bytes as base64, because they are no text.', bytes.length)
    : vscode.l10n.t('Copied {0} bytes.', bytes.length);
}

function sentence(error: unknown): string {
  const { message, hint } = toFailure(error);
  return hint === '' ? message : `${message} ${hint}`;
}
