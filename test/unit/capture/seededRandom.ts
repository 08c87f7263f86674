/** Random numbers that are the same in every run, so that a failure can be repeated. */
export class SeededRandom {
  constructor(private state: number) {}

  /** An integer from 0 to before `limit`. */
  below(limit: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }

  /** Random bytes, with CR, LF and RESP's own signs more often than by chance. */
  bytes(length: number): Buffer {
    const signs = Buffer.from('\r\n*$>+-:message');
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at++) {
      bytes[at] = this.below(3) === 0 ? (signs[this.below(signs.length)] ?? 0) : this.below(256);
    }
    return bytes;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}
