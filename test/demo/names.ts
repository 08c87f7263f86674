/** Names the demo uses in Redis. */
export interface DemoNames {
  /** A queue that is worked off as fast as it is filled. */
  readonly tasks: string;
  /** A queue whose only worker is too slow. */
  readonly thumbnails: string;
  /** A queue that is empty most of the time. */
  readonly nightly: string;
  /** A queue of job ids, its processing list, its dead-letter list, and the hashes of its jobs. */
  readonly emails: string;
  readonly emailsProcessing: string;
  readonly emailsDead: string;
  readonly jobPrefix: string;
  /** A stream with a consumer group that keeps up and one that lags. */
  readonly orders: string;
  /** A busy channel, one whose messages are no text, and one that nobody hears. */
  readonly orderEvents: string;
  readonly sensorFrames: string;
  readonly auditLog: string;
  readonly newsPattern: string;
  readonly news: readonly string[];
}

/**
 * The demo's names.
 * @param prefix empty on a server of the demo's own; on somebody's Redis, what keeps its keys and channels apart
 */
export function demoNames(prefix: string): DemoNames {
  return {
    tasks: `${prefix}app:tasks`,
    thumbnails: `${prefix}app:thumbnails`,
    nightly: `${prefix}app:nightly`,
    emails: `${prefix}email_queue`,
    emailsProcessing: `${prefix}email_queue:processing`,
    emailsDead: `${prefix}email_queue:dead`,
    jobPrefix: `${prefix}job:`,
    orders: `${prefix}orders`,
    orderEvents: `${prefix}order_events`,
    sensorFrames: `${prefix}sensor_frames`,
    auditLog: `${prefix}audit_log`,
    newsPattern: `${prefix}news.*`,
    news: ['sport', 'tech', 'weather'].map((topic) => `${prefix}news.${topic}`),
  };
}

/** Prefix on a Redis that is not the demo's own. */
export const guestPrefix = 'demo:';

/** Environment variables by which the demo's traffic is told where to go. */
export const trafficVariables = { url: 'REDIS_URL', prefix: 'DEMO_KEY_PREFIX' } as const;
