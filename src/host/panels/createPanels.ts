import * as vscode from 'vscode';
import { explainReceivers, publish } from '../../core/channel';
import { toBytes } from '../../core/messageValue';
import type { Connections } from '../connections';
import { fullCommandId } from '../contributed';
import type { Log } from '../log';
import type { MessageDocuments } from '../messageDocuments';
import { setting } from '../settings';
import type { PanelFactory, PanelFactoryOptions } from './panelFactory';
import { TrafficPanels } from './trafficPanels';

/** The traffic panels of this window and the thread that feeds them, which starts with the first panel. */
export function createPanels(
  context: vscode.ExtensionContext,
  connections: Connections,
  documents: MessageDocuments,
  log: Log,
  texts: Readonly<Record<string, string>>,
  makeFactory: (options: PanelFactoryOptions) => Promise<PanelFactory>,
): TrafficPanels {
  const bounds = () => ({
    ringBytes: setting('traffic.ringBytes'),
    ringMessages: setting('traffic.ringMessages'),
  });
  const threadFile = context.asAbsolutePath('dist/capture.js');
  const dependencies: PanelFactoryOptions['dependencies'] = {
    extensionUri: context.extensionUri,
    connections,
    texts,
    publish: async (connection, channel, message) => {
      const name = toBytes(channel);
      const port = await connections.openForWriting(connection);
      const own = panels.ownReceivers(connection, name);
      return explainReceivers((await publish(port, name, [toBytes(message)])).receivers, own);
    },
    openMessage: (payload, title) => documents.open(payload, title),
    showLog: () => log.show(),
    connect: async (connection) => {
      const node = { kind: 'connection', id: connection, connection };
      await vscode.commands.executeCommand(fullCommandId('connection.connect'), node);
    },
  };
  const panels: TrafficPanels = new TrafficPanels(() =>
    makeFactory({ dependencies, threadFile, bounds, log }),
  );
  context.subscriptions.push(panels);
  return panels;
}
