/** The element of our own page that must be there. @throws when the page and the code do not fit. */
export function pageElement(host: ParentNode, selector: string): HTMLElement {
  const element = host.querySelector<HTMLElement>(selector);
  if (element === null) throw new Error(`${selector} is missing`);
  return element;
}
