/** Whether a channel's name as it is drawn is the name itself: one with escapes in it is only its display form. */
export function isTypedName(name: string): boolean {
  return !/[\\…␣\ufffd]/.test(name) && name !== '""';
}
