import { asText } from './foreignData';

/** The text of a `command` or `entrypoint`, given as text or as a list of words. */
function commandText(value: unknown): string {
  if (!Array.isArray(value)) return asText(value) ?? '';
  const words = value.flatMap((word) => asText(word) ?? []);
  // A word with blanks is most often a script for sh -c, but after an option it is a value.
  return words
    .map((word, index) => (/\s/.test(word) && words[index - 1]?.startsWith('--') ? `"${word}"` : word))
    .join(' ');
}

/**
 * The value of an option such as `--requirepass` in any of the commands, unexpanded and without quotes; undefined where
 * it is not given.
 */
export function commandOption(commands: readonly unknown[], option: string): string | undefined {
  const word = /("[^"]*"|'[^']*'|(?:\$\{[^}]*\}|[^\s"'])+)/.source;
  const pattern = new RegExp(`(?:^|\\s|["'])--${option}[\\s=]+${word}`);
  for (const command of commands) {
    const value = pattern.exec(commandText(command))?.[1];
    if (value !== undefined) return value.replace(/^(["'])(.*)\1$/s, '$2');
  }
  return undefined;
}
