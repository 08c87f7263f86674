/** A text with all references replaced, or the name of the one that leads nowhere. */
export type Expansion = { readonly text: string } | { readonly missing: string };

/**
 * What counts as a reference: `braces` only `${NAME}`, with its defaults; `compose` also `$NAME`, and `$$` for one `$`;
 * `shell` also `$NAME`.
 */
export type ReferenceStyle = 'braces' | 'compose' | 'shell';

/** References in defaults of references, and UTF-16 units of a result: beyond these nobody meant it. */
const deepest = 8;
const longest = 4096;

/**
 * Replaces references as Docker Compose defines them: `${A}`, `${A:-default}`, `${A-default}`, `${A:?error}`,
 * `${A:+instead}`. A name that `lookup` does not know and that has no default makes the whole text missing.
 */
export function expandReferences(
  text: string,
  style: ReferenceStyle,
  lookup: (name: string) => Expansion | undefined,
  depth = 0,
): Expansion {
  if (!text.includes('$')) return { text };
  let result = '';
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    result += text.slice(at, dollar < 0 ? undefined : dollar);
    if (dollar < 0) break;
    const next = text[dollar + 1];
    if (next === '$' && style === 'compose') {
      result += '$';
      at = dollar + 2;
    } else if (next === '{') {
      const end = closingBrace(text, dollar + 2);
      const body = text.slice(dollar + 2, end);
      if (end < 0 || depth > deepest) return { missing: nameOf(body) };
      const value = expandBody(body, style, lookup, depth + 1);
      if ('missing' in value) return value;
      result += value.text;
      at = end + 1;
    } else {
      const name = style === 'braces' ? undefined : bareName(text, dollar + 1);
      const value = name === undefined ? { text: '$' } : (lookup(name) ?? { missing: name });
      if ('missing' in value) return value;
      result += value.text;
      at = dollar + 1 + (name?.length ?? 0);
    }
    if (result.length > longest) return { missing: '…' };
  }
  return { text: result };
}

function bareName(text: string, at: number): string | undefined {
  return /^[A-Za-z_]\w*/.exec(text.slice(at, at + 128))?.[0];
}

function nameOf(body: string): string {
  return body.slice(0, 60);
}

function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < Math.min(text.length, from + longest); at++) {
    if (text[at] === '{' && text[at - 1] === '$') open++;
    else if (text[at] === '}' && --open === 0) return at;
  }
  return -1;
}

function expandBody(
  body: string,
  style: ReferenceStyle,
  lookup: (name: string) => Expansion | undefined,
  depth: number,
): Expansion {
  const parts = /^([A-Za-z_][\w.]*)(?:(:?[-?+])([\s\S]*))?$/.exec(body);
  if (parts === null) return { missing: nameOf(body) };
  const [, name = '', operator, word = ''] = parts;
  const value = lookup(name);
  if (value !== undefined && 'missing' in value) return value;
  const isSet = value !== undefined && !(operator?.startsWith(':') && value.text === '');
  switch (operator?.at(-1)) {
    case '-':
      return isSet ? value : expandReferences(word, style, lookup, depth);
    case '+':
      return isSet ? expandReferences(word, style, lookup, depth) : { text: '' };
    default:
      return isSet ? value : { missing: name };
  }
}
