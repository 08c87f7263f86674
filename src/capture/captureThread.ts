import { parentPort } from 'node:worker_threads';
import * as l10n from '@vscode/l10n';
import { toFailure } from '../core/failure';
import type { RingLimits } from '../core/ring';
import type { FromCapture, ToCapture } from '../protocol/capture';
import { CaptureConnection } from './captureConnection';
import type { CapturePanel } from './capturePanel';
import { CaptureScheduler } from './captureScheduler';

const port = parentPort;
if (port === null) throw new Error('This file is the entry of a worker thread.');

let limits: RingLimits = { bytes: 67_108_864, messages: 1_000_000 };
const connections = new Map<string, CaptureConnection>();
const scheduler = new CaptureScheduler(() =>
  [...connections.values()].flatMap((one) => [...one.panels.values()]),
);

function post(message: FromCapture, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function connectionOf(panel: string): CaptureConnection | undefined {
  for (const connection of connections.values()) if (connection.panels.has(panel)) return connection;
  return undefined;
}

function panelOf(id: string): CapturePanel | undefined {
  return connectionOf(id)?.panels.get(id);
}

function watch(request: Extract<ToCapture, { kind: 'watch' }>): void {
  const { panel, endpoint, subscriptions } = request;
  const before = connectionOf(panel);
  if (before !== undefined && before.id !== request.connection) unwatch(panel);
  let connection = connections.get(request.connection);
  if (connection === undefined) {
    connection = new CaptureConnection(request.connection, endpoint, limits, post);
    connections.set(request.connection, connection);
  }
  try {
    connection.watch(panel, subscriptions, endpoint);
  } catch (error) {
    const { message, hint } = toFailure(error);
    post({ kind: 'state', panel, state: { kind: 'failed', detail: message, hint } });
    closeIfUnused(connection);
  }
}

function unwatch(panel: string): void {
  const connection = connectionOf(panel);
  connection?.unwatch(panel);
  if (connection !== undefined) closeIfUnused(connection);
}

function closeIfUnused(connection: CaptureConnection): void {
  if (connection.panels.size > 0) return;
  connections.delete(connection.id);
  connection.dispose();
}

function sendMessage(panel: string, request: number, seq: number): void {
  const owner = panelOf(panel);
  const message = connectionOf(panel)?.ring.message(seq);
  if (owner === undefined || message === undefined || !owner.sources.has(message.lane.source)) {
    const nothing = new Uint8Array(0);
    post({ kind: 'message', request, found: false, channel: nothing, bytes: nothing, size: 0, time: 0 });
    return;
  }
  const bytes = new Uint8Array(message.payload);
  const channel = new Uint8Array(message.channel);
  const { time, size } = message;
  post({ kind: 'message', request, found: true, channel, bytes, size, time }, [bytes.buffer]);
}

function sendCounts(id: string, request: number): void {
  const panel = panelOf(id);
  const connection = connectionOf(id);
  if (panel === undefined || connection === undefined) {
    post({ kind: 'counts', request, counts: noCounts, state: { kind: 'closed', detail: '', hint: '' } });
    return;
  }
  post({ kind: 'counts', request, counts: panel.counts(), state: connection.state(panel.sources) });
}

const noCounts = {
  received: 0,
  receivedBytes: 0,
  kept: 0,
  evicted: 0,
  cut: 0,
  gaps: 0,
  matching: 0,
  filtered: 0,
  unfiltered: 0,
};

function take(message: ToCapture): void {
  switch (message.kind) {
    case 'configure':
      l10n.config({ contents: { ...message.l10n } });
      limits = { bytes: message.ringBytes, messages: message.ringMessages };
      break;
    case 'watch':
      watch(message);
      break;
    case 'unwatch':
      unwatch(message.panel);
      break;
    case 'visible':
      panelOf(message.panel)?.setVisible(message.visible);
      break;
    case 'view':
      panelOf(message.panel)?.take(message.request);
      break;
    case 'message':
      sendMessage(message.panel, message.request, message.seq);
      break;
    case 'counts':
      sendCounts(message.panel, message.request);
      break;
    case 'dispose':
      for (const connection of connections.values()) connection.dispose();
      connections.clear();
      port?.close();
      break;
  }
  scheduler.update();
}

port.on('message', (message: ToCapture) => {
  try {
    take(message);
  } catch (error) {
    post({ kind: 'log', level: 'error', text: toFailure(error).message });
  }
});
