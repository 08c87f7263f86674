/** Longest line that is taken; a peer that sends more is not one of ours. */
const maxLine = 4_000_000;

/**
 * Cuts what a socket delivers into JSON objects, one a line.
 * @returns a function for the socket's 'data' event
 * @throws what JSON.parse throws, or an Error when a line exceeds 4 MB
 */
export function jsonLines(onObject: (value: object) => void): (chunk: Buffer | string) => void {
  let rest = '';
  const decoder = new TextDecoder();
  return (chunk) => {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let end = rest.indexOf('\n');
    while (end >= 0) {
      const value: unknown = JSON.parse(rest.slice(0, end));
      rest = rest.slice(end + 1);
      if (typeof value === 'object' && value !== null) onObject(value);
      end = rest.indexOf('\n');
    }
    if (rest.length > maxLine) throw new Error('a line of more than 4 MB');
  };
}
