import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The two ends of one connection through the proxy. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Its next bytes from the server are dropped. */
  condemned: boolean;
}

/** A reply that is waited for in order to drop it. */
interface Trap {
  readonly after: string;
  readonly sprung: () => void;
}

/** A TCP proxy before a Redis that brings faults of the network about, each at once and on demand. */
export class FaultProxy {
  private readonly links = new Set<Link>();
  private trap: Trap | undefined;
  private swallowing = false;
  private delayMs = 0;

  private constructor(
    private readonly listener: Server,
    private readonly target: number,
  ) {
    listener.on('connection', (client) => this.join(client));
  }

  /** Listens on a free loopback port for the server on loopback port `target`. */
  static async start(target: number): Promise<FaultProxy> {
    const listener = createServer();
    const proxy = new FaultProxy(listener, target);
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.links.size;
  }

  /**
   * Lets the next command that contains `after` (in any case) through, drops what the server answers and cuts the
   * connection. Resolves when that has happened: the server has carried the command out by then.
   */
  dropReply(after: string): Promise<void> {
    return new Promise((resolve) => {
      this.trap = { after: after.toLowerCase(), sprung: resolve };
    });
  }

  /** From now on nothing passes either way, without any connection being closed; new ones are taken, too. */
  blackhole(): void {
    this.swallowing = true;
  }

  /** From now on replies come this much later. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** Ends blackhole and delay. Connections that lost bytes to a blackhole are cut, as they could only be garbled. */
  restore(): void {
    this.delayMs = 0;
    if (!this.swallowing) return;
    this.swallowing = false;
    this.cut();
  }

  /** Cuts all connections; new ones are served. */
  cut(): void {
    for (const { client, server } of this.links) {
      client.destroy();
      server.destroy();
    }
    this.links.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    this.listener.close();
    await once(this.listener, 'close');
  }

  private join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const link: Link = { client, server, condemned: false };
    this.links.add(link);
    const end = (): void => {
      client.destroy();
      server.destroy();
      this.links.delete(link);
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    client.on('data', (bytes) => this.fromClient(link, bytes));
    server.on('data', (bytes) => this.fromServer(link, bytes));
  }

  private fromClient(link: Link, bytes: Buffer): void {
    if (this.swallowing) return;
    if (this.trap !== undefined && bytes.toString('latin1').toLowerCase().includes(this.trap.after)) {
      link.condemned = true;
    }
    link.server.write(bytes);
  }

  private fromServer(link: Link, bytes: Buffer): void {
    if (this.swallowing) return;
    if (link.condemned) {
      link.client.destroy();
      link.server.destroy();
      this.trap?.sprung();
      this.trap = undefined;
      return;
    }
    if (this.delayMs === 0) link.client.write(bytes);
    else setTimeout(() => link.client.write(bytes), this.delayMs);
  }
}
