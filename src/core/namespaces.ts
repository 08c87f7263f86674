import { keyOf } from './catalog';

/** Names below one namespace: the leaves that are direct children, and the namespaces with what they hold. */
export interface NamespaceLevel<Entry> {
  readonly namespaces: readonly { readonly prefix: string; readonly count: number }[];
  readonly leaves: readonly Entry[];
}

/**
 * Groups names by their next segment after `prefix`. A namespace with a single name in it is no group: the name stands
 * as a leaf. Both lists are in order of bytes.
 * @param prefix beginning that all regarded names share, as {@link keyOf} writes it; empty for the top.
 * @param delimiter an empty one groups nothing.
 */
export function namespaceLevel<Entry extends { readonly name: Buffer }>(
  entries: readonly Entry[],
  prefix: string,
  delimiter: string,
): NamespaceLevel<Entry> {
  const bytesDelimiter = keyOf(Buffer.from(delimiter, 'utf8'));
  const groups = new Map<string, Entry[]>();
  const leaves: Entry[] = [];
  for (const entry of entries) {
    const key = keyOf(entry.name);
    // A name that is the namespace's own is a leaf beside it, not one more below it.
    if (!key.startsWith(prefix) || (prefix !== '' && key === prefix)) continue;
    const at = bytesDelimiter === '' ? -1 : key.indexOf(bytesDelimiter, prefix.length);
    // A name that ends with the delimiter is a leaf: below it there is nothing.
    if (at < 0 || at + bytesDelimiter.length >= key.length) {
      leaves.push(entry);
      continue;
    }
    const group = key.slice(0, at + bytesDelimiter.length);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [entry]);
    else members.push(entry);
  }
  const namespaces: { prefix: string; count: number }[] = [];
  for (const [group, members] of groups) {
    const [only] = members;
    if (members.length === 1 && only !== undefined) leaves.push(only);
    else namespaces.push({ prefix: group, count: members.length });
  }
  namespaces.sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  leaves.sort((a, b) => Buffer.compare(a.name, b.name));
  return { namespaces, leaves };
}
