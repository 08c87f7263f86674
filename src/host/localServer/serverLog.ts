import * as vscode from 'vscode';
import { FileTail } from './fileTail';

/** The output channel of the local server: follows the file to which the server writes. */
export class ServerLog implements vscode.Disposable {
  static readonly title = 'Redis Messaging: Local Redis';
  private readonly channel = vscode.window.createOutputChannel(ServerLog.title);
  private tail: FileTail | undefined;

  /** Shows what is written to a file from now on, and the end of what stands in it already. */
  follow(file: string): void {
    this.tail?.dispose();
    this.tail = new FileTail(file, {
      onText: (text) => this.channel.append(text),
      onPassedOver: (bytes) => this.say(`… ${vscode.l10n.t('{0} bytes are not shown', bytes)} …`),
    });
  }

  /** Shows the rest of the file that is followed by now, then a line of ours, and follows it no longer. */
  async end(text: string): Promise<void> {
    const { tail } = this;
    await tail?.update();
    this.say(text);
    tail?.dispose();
  }

  /** A line of ours. */
  say(text: string): void {
    this.channel.appendLine(text);
  }

  dispose(): void {
    this.tail?.dispose();
    this.channel.dispose();
  }
}
