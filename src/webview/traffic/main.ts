import * as l10n from '@vscode/l10n';
import { HostPort } from './hostPort';
import { readInbound } from './inboundMessages';
import { TrafficApp } from './trafficApp';
import './traffic.css';

/** The webview speaks first; the host's `setup` brings the texts, and only then is anything drawn. */
const port = new HostPort();
let app: TrafficApp | undefined;

window.addEventListener('message', ({ data }) => {
  const message = readInbound(data);
  if (message === undefined) return;
  if (app !== undefined) {
    app.receive(message);
  } else if (message.kind === 'setup') {
    l10n.config({ contents: { ...message.l10n } });
    app = new TrafficApp(document.body, port, message);
  }
});

// The icons' font is fetched while the host answers; otherwise it would be when the first of them is drawn.
void document.fonts.load('16px codicon');
port.post({ kind: 'ready' });
