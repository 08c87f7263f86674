import type { MatchStep } from './matchFinder';

export interface PanelKeyActions {
  filter(): void;
  step(step: MatchStep): void;
  goToTime(): void;
  publish(): void;
}

/** Keys that act anywhere in the panel. @returns whether the key was one of them */
export function panelKeyPressed(event: KeyboardEvent, actions: PanelKeyActions): boolean {
  const { target } = event;
  const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === 'F3' && !command && !event.altKey) actions.step(event.shiftKey ? 'previous' : 'next');
  else if (command && event.key === 'f') actions.filter();
  else if (!command && !typing && event.key === '/') actions.filter();
  else if (!command && !typing && !event.altKey && event.key === 'g') actions.goToTime();
  else if (command && event.key === 'Enter' && target instanceof Element && target.closest('.composer'))
    actions.publish();
  else return false;
  return true;
}
