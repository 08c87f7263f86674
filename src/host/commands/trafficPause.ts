import type { CommandHandler } from '../commandRunner';
import type { TrafficPanels } from '../panels/trafficPanels';

/**
 * `{panel?, paused?}` → `{panel, paused}` and the panel's counts. Holds the rows of a panel still, or lets them go on;
 * without `paused` it changes over. Messages are received all the same.
 */
export function trafficPause(panels: TrafficPanels): CommandHandler {
  return async ({ args }) => {
    const panel = panels.find(args.text('panel'));
    panel.pause(args.has('paused') ? args.flag('paused') : !panel.paused);
    return { panel: panel.id, paused: panel.paused, ...(await panel.counts()) };
  };
}
