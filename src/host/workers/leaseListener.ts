import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import * as l10n from '@vscode/l10n';
import { Failure } from '../../core/failure';
import { leaseAddress, prepareSocketFolder } from './leaseAddress';

/** Windows on one workspace at a time. */
const slots = 16;
/** A host asked to yield first tries its own window, for 3 s. */
const yieldLimitMs = 6_000;

/** Listens at the first of the workspace's addresses at which no host of another living window does. */
export class LeaseListener {
  private server: Server | undefined;
  private opening: Promise<number> | undefined;
  private at: string | undefined;

  constructor(
    private readonly workspace: string,
    private readonly onConnection: (socket: Socket) => void,
  ) {}

  /** @throws when nobody has called `open` */
  get address(): string {
    if (this.at === undefined) throw new Error('the lease socket is not open');
    return this.at;
  }

  /** Listens, once for all callers. Returns the slot. @throws {Failure} `internal` when there is no address left. */
  open(): Promise<number> {
    this.opening ??= this.openFirst().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /** Stops listening until the next `open`; sockets that are open stay. */
  close(): void {
    this.server?.close();
    this.server = undefined;
    this.opening = undefined;
  }

  private async openFirst(): Promise<number> {
    await prepareSocketFolder();
    for (let slot = 0; slot < slots; slot++) {
      const address = leaseAddress(this.workspace, slot);
      if (await this.listen(address)) return this.opened(address, slot);
      if (await isOccupied(address)) continue;
      if (process.platform !== 'win32') await rm(address, { force: true });
      if (await this.listen(address)) return this.opened(address, slot);
    }
    throw new Failure('internal', l10n.t('No local socket is free for the workers.'), {
      hint: l10n.t('Close other windows on this workspace.'),
    });
  }

  private opened(address: string, slot: number): number {
    this.at = address;
    return slot;
  }

  private async listen(address: string): Promise<boolean> {
    const server = createServer(this.onConnection);
    try {
      server.listen(address);
      await once(server, 'listening');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
      throw error;
    }
    this.server = server;
    // Nothing to add: a socket that could not be accepted is retried by its launcher.
    server.on('error', () => undefined);
    return true;
  }
}

/**
 * Whether the host of a living window listens there. One whose window is gone, as after a reload, closes its socket when
 * it is asked to yield.
 */
function isOccupied(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    let answered = false;
    const limit = setTimeout(() => finish(true), yieldLimitMs);
    const finish = (occupied: boolean): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(occupied);
    };
    socket.on('connect', () => socket.write(`${JSON.stringify({ kind: 'yield' })}\n`));
    socket.on('data', () => {
      answered = true;
      finish(true);
    });
    // Nobody listens any more: what is left is the file of a host that was killed.
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(answered));
  });
}
