import type { ViewFilter } from '../protocol/traffic';
import { toBytes } from './messageValue';

/** Which channels of a view are shown. Names are compared as bytes, one UTF-16 unit a byte. */
export class ChannelChoice {
  private readonly names: ReadonlySet<string>;
  private readonly exclusive: boolean;

  constructor({ hidden, only }: Pick<ViewFilter, 'hidden' | 'only'>) {
    this.exclusive = only !== undefined;
    this.names = new Set((only ?? hidden).map((name) => toBytes(name).toString('latin1')));
  }

  get leavesOut(): boolean {
    return this.exclusive || this.names.size > 0;
  }

  /** @param name one UTF-16 unit a byte */
  hides(name: string): boolean {
    return this.names.has(name) !== this.exclusive;
  }

  equals({ names, exclusive }: ChannelChoice): boolean {
    if (exclusive !== this.exclusive || names.size !== this.names.size) return false;
    return [...names].every((name) => this.names.has(name));
  }
}
