import type { Socket } from 'node:net';
import { jsonLines } from '../../core/jsonLines';
import type { HostMessage, LauncherMessage } from '../../protocol/workerLease';

/** Hands over each message of a launcher. A socket that sends anything else is destroyed. */
export function hear(socket: Socket, take: (message: LauncherMessage) => void): void {
  const takeBytes = jsonLines((value) => take(value as LauncherMessage));
  socket.on('data', (chunk) => {
    try {
      takeBytes(chunk);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Says something to a launcher, unless it is gone. */
export function say(socket: Socket, message: HostMessage): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Sends a launcher away and says why. */
export function refuse(socket: Socket, reason = 'unknown'): undefined {
  say(socket, { kind: 'refused', reason });
  socket.end();
}
