import { asRecord, asText } from './foreignData';
import type { Expansion } from './references';

/** What an entry of `ports` does with a port of its service. `target` is the port inside. */
export type ComposePort =
  | { readonly kind: 'published'; readonly target: number; readonly host: string; readonly port: number }
  /** Docker picks the port outside anew at each start. */
  | { readonly kind: 'random'; readonly target: number }
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'missing'; readonly name: string }
  /** UDP, or no port at all. */
  | { readonly kind: 'other' };

/** Whether an entry is about this port inside. */
export function concerns(entry: ComposePort, target: number): boolean {
  if (entry.kind === 'range') return entry.from <= target && target <= entry.to;
  return 'target' in entry && entry.target === target;
}

/**
 * Reads one entry of `ports` in the short (`127.0.0.1:6380:6379/tcp`) or the long form.
 * @see https://docs.docker.com/reference/compose-file/services/#ports
 */
export function readComposePort(entry: unknown, expand: (text: string) => Expansion): ComposePort {
  const long = asRecord(entry);
  const text = long === undefined ? asText(entry) : longForm(long);
  const expanded = text === undefined ? { text: '' } : expand(text);
  if ('missing' in expanded) return { kind: 'missing', name: expanded.missing };
  const [ports = '', protocol = 'tcp'] = expanded.text.trim().split('/');
  if (protocol.toLowerCase() !== 'tcp') return { kind: 'other' };
  const parts = ports.split(':');
  const target = parts.pop() ?? '';
  const published = parts.pop() ?? '';
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(target);
  if (range !== null) return { kind: 'range', from: Number(range[1]), to: Number(range[2]) };
  const inside = portNumber(target);
  if (inside === undefined) return { kind: 'other' };
  if (published === '' || published === '0') return { kind: 'random', target: inside };
  if (/^\d+-\d+$/.test(published)) return { kind: 'range', from: inside, to: inside };
  const outside = portNumber(published);
  if (outside === undefined) return { kind: 'other' };
  return { kind: 'published', target: inside, host: hostOf(parts.join(':')), port: outside };
}

function longForm(entry: Readonly<Record<string, unknown>>): string {
  const part = (key: string) => asText(entry[key]) ?? '';
  const protocol = part('protocol');
  return `${part('host_ip')}:${part('published')}:${part('target')}${protocol === '' ? '' : `/${protocol}`}`;
}

function portNumber(text: string): number | undefined {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}

/** Where a published port is reached from this machine: what listens everywhere listens here. */
function hostOf(address: string): string {
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  return bare === '' || bare === '0.0.0.0' || bare === '::' ? '127.0.0.1' : bare;
}
