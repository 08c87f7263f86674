import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until, within } from '../launch/limits';

const limitMs = 10_000;

/**
 * Takes what is published straight off a socket, without any client: messages written as `<name>`, which is all that it
 * looks for in what arrives.
 */
export class FaultSubscriber {
  readonly received: string[] = [];
  private rest = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => this.take(text));
  }

  static async open(port: number, channel: string): Promise<FaultSubscriber> {
    const socket = connect(port, '127.0.0.1');
    const subscriber = new FaultSubscriber(socket);
    await within(limitMs, 'Connecting the subscriber', once(socket, 'connect'));
    socket.write(`SUBSCRIBE ${channel}\r\n`);
    await until(limitMs, 'Subscribing', () => (subscriber.rest.includes('subscribe') ? true : undefined), 5);
    return subscriber;
  }

  /** Resolves when that message has arrived, and with it all that were published before. */
  async until(message: string): Promise<void> {
    await until(limitMs, `Message ${message}`, () => (this.received.includes(message) ? true : undefined));
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    const whole = this.rest + text;
    let end = 0;
    for (const match of whole.matchAll(/<[^<>]+>/g)) {
      this.received.push(match[0]);
      end = match.index + match[0].length;
    }
    this.rest = whole.slice(end);
  }
}
