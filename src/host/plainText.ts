/** What VS Code takes for an icon. It drops a backslash only before that: before anything else, it would be shown. */
const icon = /\$\((?=[A-Za-z0-9-]+(?:~[A-Za-z]+)?\))/g;

/** A label of a pick or the status bar in which `$(…)` is no icon. `text` is what may stand in a label already. */
export function plainLabel(text: string): string {
  return text.replace(icon, '\\$(');
}

/**
 * A notification in which `[text](command:…)` is no link: VS Code would run the command on a click, and a name can come
 * from anyone who may write to the server. An invisible word joiner takes the bracket and the parenthesis apart.
 */
export function plainNotice(text: string): string {
  return text.replaceAll('](', ']\u2060(');
}
