/** What a `before` hook has made. @throws an Error outside the tests for which it was made */
export function present<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('It is there only while tests run');
  return part;
}
