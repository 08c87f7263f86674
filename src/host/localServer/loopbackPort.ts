import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import * as vscode from 'vscode';
import { Failure } from '../../core/failure';

const host = '127.0.0.1';
const usualPort = 6379;
const connectLimitMs = 1_000;

/**
 * The port for a local server: the wanted one, else Redis's own where it is free, else any.
 * @throws {Failure} `argument` when the wanted one is taken
 */
export async function choosePort(wanted: number | undefined): Promise<number> {
  if (wanted === undefined) return (await isFree(usualPort)) ? usualPort : freePort();
  if (await isFree(wanted)) return wanted;
  throw new Failure('argument', vscode.l10n.t('The port {0} is taken on {1}.', wanted, host), {
    hint: vscode.l10n.t(
      'If a Redis listens there, add it with "Add Connection…". Otherwise pass another port, or none for any that is free.',
    ),
  });
}

/** Whether something accepts connections on a loopback port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.setTimeout(connectLimitMs, () => finish(true));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** Nobody answers, and it can be had: a server on all addresses would be hidden behind ours on some systems. */
async function isFree(port: number): Promise<boolean> {
  if (await isListening(port)) return false;
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    // What a person may not listen on at all is for the server to say, in its own words.
    return !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE');
  }
}

/** A port of the loopback address at which nothing listens now. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}
