const customers = 1_000;
const states = ['paid', 'open', 'sent', 'void'];

/** The order with that number, as JSON of about 100 bytes: 1 in 1,000 has the customer c777, 1 in 4 is paid. */
export function findMessage(number: number): string {
  const customer = `c${(number * 7_919) % customers}`;
  const status = states[number % states.length];
  return `{"id":${number},"customer":"${customer}","status":"${status}","amount":${(number * 31) % 9_973},"note":"leave it at the door"}`;
}

/** What the thread of {@link findPublisher} is handed as `workerData`. */
export interface FindWorkload {
  readonly host: string;
  readonly port: number;
  readonly channel: string;
  /** Messages that are there before anything is looked for. */
  readonly count: number;
  /** Messages per second from then on. */
  readonly rate: number;
}
