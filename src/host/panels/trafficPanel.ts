import * as vscode from 'vscode';
import { displayBytes, displayText } from '../../core/displayText';
import { failureText, toFailure } from '../../core/failure';
import { decodeUtf8 } from '../../core/messageValue';
import type {
  FromWebview,
  PanelIdentity,
  ToWebview,
  TrafficCounts,
  TrafficState,
  ViewFilter,
} from '../../protocol/traffic';
import { profileTraits } from '../connectionLook';
import type { CaptureThread } from './captureThread';
import { readFromWebview } from './inboundMessages';
import { type PanelConnections, PanelWatch } from './panelWatch';
import { subscriptionTitle } from './subscriptionNames';
import { trafficHtml, webviewRoot } from './webviewHtml';

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
  /** Connects as a person's *Connect* does: it may ask for a password. Never rejects. */
  readonly connect: (connection: string) => Promise<void>;
}

/** What a panel shows of its connection. */
interface PanelProfile {
  readonly connection: string;
  readonly readOnly: boolean;
}

/** One traffic panel: what its webview asks for goes to the capture thread unread, or is done here. */
export class TrafficPanel implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly watch: PanelWatch;
  private isDisposed = false;
  /** The webview that is there has asked for its setup; none is while the panel is hidden. */
  private isReady = false;
  /** What the webview was told last. */
  private toldProfile: PanelProfile = { connection: '', readOnly: false };

  /** Fires when the state changed, and at the end. */
  readonly onDidChange = this.changes.event;

  /** What is said each time that the panel's webview begins, until it was read. */
  private beginning = '';

  /**
   * @param id what commands name the panel by
   * @param filter what is shown to begin with
   * @param view a panel of VS Code that is new or to be restored; the TrafficPanel owns it from now on
   */
  constructor(
    readonly id: string,
    readonly identity: PanelIdentity,
    filter: ViewFilter,
    private readonly view: vscode.WebviewPanel,
    private readonly deps: PanelDependencies,
  ) {
    this.watch = new PanelWatch(id, identity, filter, deps.thread, deps.connections, {
      post: (message) => this.post(message),
      stateChanged: () => this.changes.fire(),
      viewLost: () => {
        if (this.isReady) this.setUp();
      },
    });
    const { extensionUri } = deps;
    view.title = this.title;
    view.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'traffic-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'traffic-dark.svg'),
    };
    view.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    this.disposables.push(
      view.onDidDispose(() => this.dispose()),
      view.onDidChangeViewState(() => this.visibilityChanged()),
      view.webview.onDidReceiveMessage((data: unknown) => this.received(data)),
      deps.connections.onDidChange(() => this.profileChanged()),
    );
    view.webview.html = trafficHtml(view.webview, extensionUri);
    void this.watch.start();
  }

  get title(): string {
    return subscriptionTitle(this.identity.subscriptions);
  }

  get state(): TrafficState {
    return this.watch.state;
  }

  /** Whether the capture thread has a view for this panel. */
  get watching(): boolean {
    return this.watch.watching;
  }

  get paused(): boolean {
    return this.watch.paused;
  }

  get active(): boolean {
    return this.view.active;
  }

  reveal(): void {
    this.view.reveal();
  }

  /** Holds the rows still, or lets them go on; capture is not touched. */
  pause(paused: boolean): void {
    this.watch.request({ kind: 'pause', paused });
  }

  /** Forgets what was received so far. */
  clear(): void {
    this.watch.request({ kind: 'clear' });
  }

  /** @throws {Failure} when the panel watches nothing, or the thread does not answer. */
  counts(): Promise<TrafficCounts> {
    return this.watch.counts();
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.isReady = false;
    this.watch.dispose();
    this.changes.dispose();
    for (const disposable of this.disposables) disposable.dispose();
    this.view.dispose();
  }

  private visibilityChanged(): void {
    if (this.view.visible || !this.isReady) return;
    // The webview is gone; when the panel is shown again, a new one asks for its setup.
    this.isReady = false;
    this.watch.setVisible(false);
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
        void this.openMessage(message.seq);
        break;
      case 'copyMessage':
        void this.copyMessage(message.seq);
        break;
      case 'showLog':
        this.deps.showLog();
        break;
      case 'beginningRead':
        this.beginning = '';
        break;
      case 'retry':
        void this.retry();
        break;
      default:
        this.watch.request(message);
    }
  }

  /** Connects the profile first, since that asks for a password where one is missing or refused. */
  private async retry(): Promise<void> {
    await this.deps.connect(this.identity.connection);
    await this.watch.start();
  }

  /**
   * Says that the panel begins anew. VS Code gives a panel back only when its tab is shown after the reload, and until
   * then nothing is captured for it.
   */
  tellRestored(): void {
    const time = new Date().toLocaleTimeString(vscode.env.language);
    this.beginning = vscode.l10n.t(
      'Reopened at {0} after a reload: what was published before is not here.',
      time,
    );
  }

  private setUp(): void {
    this.isReady = true;
    const { subscriptions } = this.identity;
    this.toldProfile = this.profile;
    this.post({
      kind: 'setup',
      panel: this.id,
      title: this.title,
      ...this.toldProfile,
      beginning: this.beginning,
      // A field of one line cannot hold every name; those that it can are on offer.
      channels: subscriptions.channels.filter(
        (name): name is string => typeof name === 'string' && displayText(name, name.length) === name,
      ),
      patterns: subscriptions.patterns.length > 0,
      restore: this.identity,
      l10n: this.deps.texts,
      filter: this.watch.filter,
    });
    this.post({ kind: 'state', state: this.state });
    this.watch.setVisible(true);
  }

  private profileChanged(): void {
    const { connection, readOnly } = this.profile;
    if (connection === this.toldProfile.connection && readOnly === this.toldProfile.readOnly) return;
    this.toldProfile = { connection, readOnly };
    this.post({ kind: 'profile', connection, readOnly });
  }

  /** What the webview shows of the profile; of one that is gone, its id. */
  private get profile(): PanelProfile {
    try {
      const profile = this.deps.connections.resolve(this.identity.connection);
      return {
        connection: [displayText(profile.name), ...profileTraits(profile)].join(' · '),
        readOnly: profile.readOnly === true,
      };
    } catch (error) {
      if (toFailure(error).code !== 'noConnection') throw error;
      return { connection: displayText(this.identity.connection), readOnly: false };
    }
  }

  private async publish(id: number, channel: string, message: string): Promise<void> {
    try {
      const text = await this.deps.publish(this.identity.connection, channel, message);
      this.post({ kind: 'published', id, ok: true, text });
    } catch (error) {
      this.post({ kind: 'published', id, ok: false, text: failureText(toFailure(error)) });
    }
  }

  private async openMessage(seq: number): Promise<void> {
    await this.saying(async () => {
      const { bytes, channel, size } = await this.watch.message(seq);
      await this.deps.openMessage(bytes, displayBytes(channel, 60));
      return bytes.length < size ? cutText(bytes.length, size) : '';
    });
  }

  private async copyMessage(seq: number): Promise<void> {
    await this.saying(async () => {
      const { bytes, size } = await this.watch.message(seq);
      const text = decodeUtf8(bytes);
      await vscode.env.clipboard.writeText(text ?? Buffer.from(bytes).toString('base64'));
      if (bytes.length < size) return cutText(bytes.length, size);
      return text === undefined
        ? vscode.l10n.t('Copied {0} bytes as base64, because they are no text.', bytes.length)
        : vscode.l10n.t('Copied {0} bytes.', bytes.length);
    });
  }

  /** Does something for the user and says in the panel how it went. */
  private async saying(act: () => Promise<string>): Promise<void> {
    try {
      this.post({ kind: 'notice', ok: true, text: await act() });
    } catch (error) {
      this.post({ kind: 'notice', ok: false, text: failureText(toFailure(error)) });
    }
  }

  private post(message: ToWebview): void {
    if (this.isReady) void this.view.webview.postMessage(message);
  }
}

function cutText(kept: number, size: number): string {
  return vscode.l10n.t(
    'Only the first {0} of {1} bytes were kept: the message is larger than the buffer takes.',
    kept,
    size,
  );
}
