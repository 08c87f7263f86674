import type { HostPort } from './hostPort';
import type { PanelModel } from './panelModel';
import type { TrafficList } from './trafficList';

/** Acknowledges frames and asks for the rows to draw next; without news it says nothing. */
export class RowWants {
  /** The newest frame awaits its acknowledgement. */
  private unacknowledged = true;
  private asked = '';

  constructor(
    private readonly port: HostPort,
    private readonly list: TrafficList,
  ) {}

  frameArrived(): void {
    this.unacknowledged = true;
  }

  /** What was asked for will not come. */
  forget(): void {
    this.asked = '';
  }

  /** To be called when the newest frame has been drawn. */
  drawn(model: PanelModel): void {
    const { first, count } = this.list.wanted(model.following);
    const frame = model.frame?.frame ?? 0;
    const question = `${frame} ${first} ${count}`;
    if (!this.unacknowledged && question === this.asked) return;
    this.unacknowledged = false;
    this.asked = question;
    this.port.post({ kind: 'want', frame, first, count });
  }
}
