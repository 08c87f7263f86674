import type { NoticeAction, NoticeNode } from './explorerNode';

/** UTF-16 units that fit into a line of a sidebar of the usual width. */
const lineLength = 28;

/** A quiet line with a short text; the detail is for the tooltip. */
export function hint(
  parent: string,
  connection: string,
  what: string,
  text: string,
  detail: string,
): NoticeNode {
  return { ...notice(parent, what, 'hint', text, undefined, connection), whole: `${text}. ${detail}` };
}

/** A line with a sentence, and what a click on it does. */
export function notice(
  parent: string,
  what: string,
  tone: NoticeNode['tone'],
  text: string,
  action?: NoticeAction,
  connection = parent,
): NoticeNode {
  return {
    kind: 'notice',
    // In this order no name of a key can make the id of another node.
    id: `notice/${what}/${parent}`,
    connection,
    tone,
    text,
    ...(action === undefined ? {} : { action }),
  };
}

/** A sentence over as many lines as a narrow sidebar needs; the first one also says it whole. */
export function sentence(
  parent: string,
  connection: string,
  what: string,
  tone: NoticeNode['tone'],
  text: string,
): readonly NoticeNode[] {
  return wrapped(text).map((line, index) =>
    index === 0
      ? { ...notice(parent, what, tone, line, undefined, connection), whole: text }
      : notice(parent, `${what}/${index}`, 'more', line, undefined, connection),
  );
}

/** Breaks a text between words. A word that is longer than a line stays whole. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > lineLength) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
