import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../launch/freePort';

/** A reply that is waited for, in order to drop it or to put another in its place. */
interface Trap {
  readonly after: string;
  /** Absent: the reply is dropped and the connection cut. */
  readonly rewrite: ((original: Buffer) => Buffer) | undefined;
  readonly sprung: () => void;
}

/** The two ends of one connection through the proxy. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Replies that are under way to the client, the oldest first. */
  readonly held: Buffer[];
  /** What awaits the next bytes from the server. */
  trap: Trap | undefined;
}

/** A TCP proxy before a Redis or another server that brings faults of the network about, each at once and on demand. */
export class FaultProxy {
  private readonly links = new Set<Link>();
  private listener: Server | undefined;
  private trap: Trap | undefined;
  private swallowing = false;
  private stalling = false;
  private refusing = false;
  private delayMs = 0;

  private constructor(
    private readonly target: number,
    private readonly ownPort: number,
  ) {}

  /** Listens on a free loopback port for the server on loopback port `target`. */
  static async start(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, await freePort());
    await proxy.openPort();
    return proxy;
  }

  get port(): number {
    return this.ownPort;
  }

  get connections(): number {
    return this.links.size;
  }

  /**
   * Lets the next command that contains `after` (in any case) through, drops what the server answers and cuts the
   * connection. Resolves when that has happened: the server has carried the command out by then.
   */
  dropReply(after: string): Promise<void> {
    return this.setTrap(after, undefined);
  }

  /** Puts `reply` in the place of what the server answers to the next command that contains `after` (in any case). */
  rewriteReply(after: string, reply: Buffer | ((original: Buffer) => Buffer)): Promise<void> {
    return this.setTrap(after, Buffer.isBuffer(reply) ? () => reply : reply);
  }

  /**
   * From now on nothing passes either way, no goodbye either, and no connection is closed; new ones are taken, too.
   */
  blackhole(): void {
    this.swallowing = true;
  }

  /** From now on commands pass and replies are held back, to be delivered by `restore`. */
  stall(): void {
    this.stalling = true;
  }

  /** From now on replies come this much later. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** From now on new connections are reset; those there are stay. */
  refuse(): void {
    this.refusing = true;
  }

  /**
   * Ends blackhole, stall, delay, refuse and a trap that has not sprung. Connections that lost bytes to a blackhole are
   * cut, as they could only be garbled.
   */
  restore(): void {
    this.delayMs = 0;
    this.stalling = false;
    this.refusing = false;
    this.trap = undefined;
    for (const link of this.links) {
      link.trap = undefined;
      while (link.held.length > 0) deliverOldest(link);
    }
    if (!this.swallowing) return;
    this.swallowing = false;
    this.cut();
  }

  /** Cuts all connections; new ones are served. */
  cut(): void {
    for (const link of this.links) this.end(link);
  }

  /** Cuts all connections, and nothing listens any more. */
  async closePort(): Promise<void> {
    const { listener } = this;
    this.listener = undefined;
    this.cut();
    if (listener === undefined) return;
    listener.close();
    await once(listener, 'close');
  }

  /** Listens again, where it did before. @throws when another program has got the port meanwhile */
  async openPort(): Promise<void> {
    if (this.listener !== undefined) return;
    const listener = createServer({ allowHalfOpen: true }, (client) => this.join(client));
    listener.listen(this.ownPort, '127.0.0.1');
    await once(listener, 'listening');
    this.listener = listener;
  }

  async stop(): Promise<void> {
    await this.closePort();
  }

  private setTrap(after: string, rewrite: Trap['rewrite']): Promise<void> {
    return new Promise((resolve) => {
      this.trap = { after: after.toLowerCase(), rewrite, sprung: resolve };
    });
  }

  private join(client: Socket): void {
    if (this.refusing) {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    const link: Link = { client, server, held: [], trap: undefined };
    this.links.add(link);
    for (const socket of [client, server]) {
      socket.on('error', () => this.end(link)).on('close', () => this.end(link));
      socket.on('end', () => {
        if (!this.swallowing) this.end(link);
      });
    }
    client.on('data', (bytes) => this.fromClient(link, bytes));
    server.on('data', (bytes) => this.fromServer(link, bytes));
  }

  private end(link: Link): void {
    link.client.destroy();
    link.server.destroy();
    this.links.delete(link);
  }

  private fromClient(link: Link, bytes: Buffer): void {
    if (this.swallowing) return;
    if (this.trap !== undefined && bytes.toString('latin1').toLowerCase().includes(this.trap.after)) {
      link.trap = this.trap;
      this.trap = undefined;
    }
    link.server.write(bytes);
  }

  private fromServer(link: Link, bytes: Buffer): void {
    if (this.swallowing) return;
    const { trap } = link;
    link.trap = undefined;
    if (trap !== undefined && trap.rewrite === undefined) this.end(link);
    else this.pass(link, trap?.rewrite?.(bytes) ?? bytes);
    trap?.sprung();
  }

  /** Through the queue even without delay, so that no reply overtakes another. */
  private pass(link: Link, bytes: Buffer): void {
    link.held.push(bytes);
    if (this.stalling) return;
    if (this.delayMs > 0) setTimeout(() => deliverOldest(link), this.delayMs);
    else while (link.held.length > 0) deliverOldest(link);
  }
}

function deliverOldest({ client, held }: Link): void {
  const bytes = held.shift();
  if (bytes !== undefined && !client.destroyed) client.write(bytes);
}
