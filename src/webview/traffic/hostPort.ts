import type { FromWebview } from '../../protocol/traffic';
import { readSavedState, type SavedState } from './savedState';

/** The one way out of the webview: typed messages to the extension host, and the state that survives hiding. */
export class HostPort {
  private readonly api = acquireVsCodeApi();

  post(message: FromWebview): void {
    this.api.postMessage(message);
  }

  get saved(): SavedState | undefined {
    return readSavedState(this.api.getState());
  }

  save(state: SavedState): void {
    this.api.setState(state);
  }
}
