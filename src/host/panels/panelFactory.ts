import type * as vscode from 'vscode';
import type { PanelIdentity, ViewFilter } from '../../protocol/traffic';
import { type CaptureLog, type CaptureSettings, CaptureThread } from './captureThread';
import { type PanelDependencies, TrafficPanel } from './trafficPanel';

export interface PanelFactoryOptions {
  readonly dependencies: Omit<PanelDependencies, 'thread'>;
  /** Path of the capture thread's bundle. */
  readonly threadFile: string;
  readonly bounds: () => CaptureSettings;
  readonly log: CaptureLog;
}

/** Makes traffic panels, with the one thread that feeds them all. It comes with the first panel. */
export class PanelFactory implements vscode.Disposable {
  private readonly dependencies: PanelDependencies;
  private readonly thread: CaptureThread;

  constructor({ dependencies, threadFile, bounds, log }: PanelFactoryOptions) {
    this.thread = new CaptureThread(threadFile, bounds, dependencies.texts, log);
    this.dependencies = { ...dependencies, thread: this.thread };
  }

  make(id: string, identity: PanelIdentity, filter: ViewFilter, view: vscode.WebviewPanel): TrafficPanel {
    return new TrafficPanel(id, identity, filter, view, this.dependencies);
  }

  dispose(): void {
    this.thread.dispose();
  }
}
