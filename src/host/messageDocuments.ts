import * as vscode from 'vscode';
import type { PayloadDocument } from '../core/payload';

const scheme = 'redis-message';
/** Bounds of what is kept for editors that are open or may be opened again. */
const keptBytes = 67_108_864;
const keptDocuments = 200;
const suffixes = { json: '.json', text: '.txt', hex: '.hex' };

/** Opens messages in native read-only editors. Keeps the newest, within bounds, for as long as the window lives. */
export class MessageDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  private size = 0;
  private count = 0;

  /** @param layout decides how a payload is shown. */
  constructor(private readonly layout: (payload: Uint8Array) => Promise<PayloadDocument>) {}

  /** Shows a payload: JSON laid out from its text, other text as it is, else a hex dump. `title` names the tab. */
  async open(payload: Uint8Array, title: string): Promise<void> {
    const { kind, text } = await this.layout(payload);
    const uri = vscode.Uri.from({
      scheme,
      path: `/${title.replace(/[/\\\n\r]/g, '_')}${suffixes[kind]}`,
      query: String(++this.count),
    });
    this.keep(uri.query, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, kind === 'json' ? 'json' : 'plaintext');
    await vscode.window.showTextDocument(document, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.texts.get(uri.query) ??
      vscode.l10n.t('This message is no longer kept. Open it again from the sidebar or the panel.')
    );
  }

  dispose(): void {
    this.registration.dispose();
    this.texts.clear();
  }

  private keep(id: string, text: string): void {
    this.texts.set(id, text);
    this.size += text.length;
    for (const [oldest, old] of this.texts) {
      if (oldest === id || (this.size <= keptBytes && this.texts.size <= keptDocuments)) break;
      this.texts.delete(oldest);
      this.size -= old.length;
    }
  }
}
