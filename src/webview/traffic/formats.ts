import * as l10n from '@vscode/l10n';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Numbers, sizes and times as the panel shows them, in the language of the editor. */
export class Formats {
  private readonly whole: Intl.NumberFormat;
  private readonly short: Intl.NumberFormat;
  private readonly clock: Intl.DateTimeFormat;
  private readonly day: Intl.DateTimeFormat;

  constructor(language: string) {
    const locale = Intl.NumberFormat.supportedLocalesOf([language])[0] ?? 'en';
    this.whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
    // Columns of times line up and sort only in one form, whatever the language.
    this.clock = new Intl.DateTimeFormat('en', {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    });
    this.day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  }

  /** `88,310` */
  count(value: number): string {
    return this.whole.format(value);
  }

  /** Bytes in decimal units: `64 B`, `1.2 kB`, `14 kB`, `345 MB`. */
  size(bytes: number): string {
    let value = bytes;
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    const digits = unit === 0 || value >= 99.5 ? this.whole.format(value) : this.short.format(value);
    return `${digits} ${units[unit]}`;
  }

  /** ms since the epoch as local `14:02:11.482`. */
  time(at: number): string {
    return this.clock.format(at);
  }

  /** ms since the epoch as local date and time. */
  dateAndTime(at: number): string {
    return `${this.day.format(at)} ${this.time(at)}`;
  }

  /** `123 msg/s` */
  rate(messagesPerSecond: number): string {
    return l10n.t('{0} msg/s', this.whole.format(messagesPerSecond));
  }

  /** `14 kB/s` */
  byteRate(bytesPerSecond: number): string {
    return l10n.t('{0}/s', this.size(bytesPerSecond));
  }
}
