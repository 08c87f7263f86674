import * as l10n from '@vscode/l10n';
import { Failure } from './failure';

/**
 * A message, key or channel name as it crosses a JSON boundary: text where the bytes are valid UTF-8, otherwise base64.
 * `toBytes(fromBytes(b))` equals `b` for every `b`.
 */
export type MessageValue = string | { readonly base64: string };

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Together with a length of whole fours. An expression that counted them would overflow the stack on a few MB. */
const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

/** The text of `bytes`, or undefined where they are not valid UTF-8. A byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The JSON-safe form of `bytes`. */
export function fromBytes(bytes: Uint8Array): MessageValue {
  return decodeUtf8(bytes) ?? { base64: Buffer.from(bytes).toString('base64') };
}

/**
 * The bytes of `value`.
 * @throws {Failure} `argument` when the text holds a lone surrogate (it has no UTF-8 form) or the base64 is malformed.
 */
export function toBytes(value: MessageValue): Buffer {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) {
      throw new Failure(
        'argument',
        l10n.t('The text holds half of a surrogate pair and has no UTF-8 form.'),
        {
          hint: l10n.t('Pass the bytes as {0} instead.', '{ base64 }'),
        },
      );
    }
    return Buffer.from(value, 'utf8');
  }
  if (value.base64.length % 4 !== 0 || !base64Text.test(value.base64)) {
    throw new Failure('argument', l10n.t('The base64 text is malformed.'), {
      hint: l10n.t('Use the standard alphabet with padding.'),
    });
  }
  return Buffer.from(value.base64, 'base64');
}

/** Whether an unknown argument is a {@link MessageValue}. */
export function isMessageValue(value: unknown): value is MessageValue {
  return (
    typeof value === 'string' ||
    (typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string')
  );
}
