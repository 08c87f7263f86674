import { hexDump } from './hexDump';
import { layoutJson } from './jsonLayout';
import { decodeUtf8 } from './messageValue';

/** A payload as a read-only editor shows it. */
export interface PayloadDocument {
  readonly kind: 'json' | 'text' | 'hex';
  readonly text: string;
}

/**
 * Decides how bytes are shown: JSON laid out from its text, other valid UTF-8 as it is, anything else as a hex dump.
 * Bytes with NUL or other controls that no text file has count as binary.
 */
export function payloadDocument(payload: Uint8Array): PayloadDocument {
  const text = decodeUtf8(payload);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a text with these is no text
  if (text === undefined || /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)) {
    return { kind: 'hex', text: hexDump(payload) };
  }
  const first = text.trimStart()[0];
  const laidOut = first === '{' || first === '[' || first === '"' ? layoutJson(text) : undefined;
  return laidOut === undefined ? { kind: 'text', text } : { kind: 'json', text: laidOut };
}
