const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time as typed: `14:02`, `14:02:11.5` (today, or yesterday where that is still to come), `-5m` (s, m, h or d ago), or a
 * date with or without time in ISO 8601, local unless it names its zone.
 * @param now ms since the epoch
 * @returns ms since the epoch; undefined where the text is none of these
 */
export function readTime(text: string, now: number): number | undefined {
  const typed = text.trim();
  return readAgo(typed, now) ?? readClock(typed, now) ?? readDate(typed);
}

function readAgo(text: string, now: number): number | undefined {
  const [, amount, unit = ''] = /^[-−]\s*(\d{1,9}(?:\.\d{1,3})?)\s*([smhd])$/i.exec(text) ?? [];
  const ms = unitMs[unit.toLowerCase()];
  return amount === undefined || ms === undefined
    ? undefined
    : Math.max(0, Math.round(now - Number(amount) * ms));
}

function readClock(text: string, now: number): number | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?$/.exec(text);
  if (match === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1, 4).map((digits) => Number(digits ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const time = new Date(now);
  time.setHours(hours, minutes, seconds, Number((match[4] ?? '0').padEnd(3, '0')));
  if (time.getTime() > now) time.setDate(time.getDate() - 1);
  return time.getTime();
}

function readDate(text: string): number | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0] = (match[1] ?? '').split('-').map(Number);
  // Date.parse takes the 30th of February for a day in March.
  if (new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return undefined;
  // A date alone would be taken for midnight in Greenwich.
  const time = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? ''}`);
  return Number.isFinite(time) && time >= 0 ? time : undefined;
}
