import * as l10n from '@vscode/l10n';
import { wholeCharacters } from './displayText';
import { hexDump } from './hexDump';
import { layoutJson } from './jsonLayout';
import { decodeUtf8 } from './messageValue';

/** A payload as a read-only editor shows it. */
export interface PayloadDocument {
  readonly kind: 'json' | 'text' | 'hex';
  readonly text: string;
}

/** Bytes of text that are shown. VS Code is slow with more, and opens none for an extension beyond 50 MB. */
const mostText = 16_777_216;
/** Bytes that are dumped, each of which becomes five characters. */
const mostDumped = 4_194_304;

/**
 * Decides how bytes are shown: JSON laid out from its text, other valid UTF-8 as it is, anything else as a hex dump.
 * Bytes with NUL or other controls that no text file has count as binary. Of what is too large for an editor the first
 * bytes are shown, and the last line says how many are not.
 */
export function payloadDocument(payload: Uint8Array): PayloadDocument {
  const head = payload.length > mostText ? payload.subarray(0, wholeCharacters(payload, mostText)) : payload;
  const text = decodeUtf8(head);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a text with these is no text
  if (text === undefined || /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)) {
    const dumped = payload.subarray(0, mostDumped);
    return { kind: 'hex', text: hexDump(dumped) + notShown(payload.length - dumped.length) };
  }
  if (head.length < payload.length) {
    return { kind: 'text', text: text + notShown(payload.length - head.length) };
  }
  const first = text.trimStart()[0];
  const laidOut = first === '{' || first === '[' || first === '"' ? layoutJson(text) : undefined;
  return laidOut === undefined ? { kind: 'text', text } : { kind: 'json', text: laidOut };
}

function notShown(bytes: number): string {
  return bytes === 0 ? '' : `\n\n… ${l10n.t('{0} more bytes are not shown', bytes)}`;
}
