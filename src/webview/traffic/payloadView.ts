import * as l10n from '@vscode/l10n';
import type { TrafficDetail } from '../../protocol/traffic';
import { hexLines } from './hexLayout';
import { type JsonLine, layOutJson } from './jsonLayout';
import type { DetailTab } from './savedState';
import { visiblePieces } from './visibleText';

export type PayloadKind = 'json' | 'text' | 'binary' | 'empty';

/** A payload ready to be put on screen. */
export interface PayloadView {
  readonly kind: PayloadKind;
  readonly body: DocumentFragment;
  /** What is not shown, or ''. */
  readonly remark: string;
}

/** Laid out and coloured up to here; a larger text is shown as it is. */
const jsonLimit = 262_144;
const jsonLimits = { depth: 200, tokens: 60_000 };
/** Bytes that the hex view shows. */
const hexLimit = 65_536;
/** A line is cut into blocks of so many characters, because laying out one enormous line blocks the window. */
const lineLimit = 2_000;
/** Lines in a block that is laid out only when it comes on screen. */
const blockLines = 50;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const looseUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Draws the bytes of a message for a tab; every character of it as text. */
export function viewPayload(detail: TrafficDetail, tab: DetailTab): PayloadView {
  const text = payloadText(detail);
  const json =
    text !== undefined && !detail.truncated && text.length <= jsonLimit
      ? layOutJson(text, jsonLimits)
      : undefined;
  const kind =
    detail.size === 0 ? 'empty' : text === undefined ? 'binary' : json === undefined ? 'text' : 'json';
  if (kind === 'empty')
    return { kind, body: new DocumentFragment(), remark: l10n.t('The message is empty.') };
  if (tab === 'hex' || (tab === 'decoded' && text === undefined)) {
    return {
      kind,
      body: blocks(hexLines(detail.bytes.subarray(0, hexLimit)).map((line) => textLine(line))),
      remark: remark(detail, Math.min(detail.bytes.length, hexLimit)),
    };
  }
  if (tab === 'decoded' && json !== undefined) return { kind, body: blocks(json.map(jsonLine)), remark: '' };
  return {
    kind,
    body: blocks(textLines(text ?? looseUtf8.decode(detail.bytes))),
    remark: remark(detail, detail.bytes.length),
  };
}

/** The text, or undefined where the bytes are no UTF-8. The end of truncated bytes may lie within a character. */
export function payloadText({ bytes, truncated }: TrafficDetail): string | undefined {
  const tails = truncated ? [0, 1, 2, 3] : [0];
  for (const tail of tails) {
    try {
      return strictUtf8.decode(bytes.subarray(0, bytes.length - tail));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return undefined;
}

function remark(detail: TrafficDetail, shown: number): string {
  if (shown >= detail.size) return '';
  const language = document.documentElement.lang || 'en';
  const [some, all] = [shown, detail.size].map((count) => count.toLocaleString(language));
  return l10n.t(
    'The first {0} of {1} bytes are shown. Open in Editor shows all that was kept.',
    some ?? '',
    all ?? '',
  );
}

function blocks(lines: readonly HTMLElement[]): DocumentFragment {
  const body = new DocumentFragment();
  for (let from = 0; from < lines.length; from += blockLines) {
    const block = document.createElement('div');
    block.className = 'block';
    const some = lines.slice(from, from + blockLines);
    block.style.setProperty('--lines', String(some.length));
    block.append(...some);
    body.append(block);
  }
  return body;
}

function lineElement(): HTMLElement {
  const line = document.createElement('div');
  line.className = 'line';
  return line;
}

function textLine(text: string): HTMLElement {
  const line = lineElement();
  for (const piece of visiblePieces(text)) {
    if (piece.hidden) line.append(span('hidden-character', piece.text));
    else line.append(piece.text);
  }
  return line;
}

function textLines(text: string): HTMLElement[] {
  const lines: HTMLElement[] = [];
  for (const whole of text.split('\n')) {
    for (let from = 0; from === 0 || from < whole.length; from += lineLimit) {
      lines.push(textLine(whole.slice(from, from + lineLimit)));
    }
  }
  return lines;
}

function jsonLine({ depth, tokens }: JsonLine): HTMLElement {
  const line = lineElement();
  line.style.setProperty('--depth', String(depth));
  for (const { kind, text } of tokens) {
    const token = span(`json-${kind}`, '');
    for (const piece of visiblePieces(text)) {
      if (piece.hidden) token.append(span('hidden-character', piece.text));
      else token.append(piece.text);
    }
    line.append(token);
  }
  return line;
}

function span(className: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}
