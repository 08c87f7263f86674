import type { CommandHandler } from '../commandRunner';
import type { TrafficPanels } from '../panels/trafficPanels';

/** `{panel?}` → `{panel}` and the counts before. Forgets what a panel received so far; the subscription goes on. */
export function trafficClear(panels: TrafficPanels): CommandHandler {
  return async ({ args }) => {
    const panel = panels.find(args.text('panel'));
    const before = await panel.counts();
    panel.clear();
    return { panel: panel.id, ...before };
  };
}
