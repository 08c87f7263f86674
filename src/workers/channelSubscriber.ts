import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../core/connectionState';
import { displayBytes } from '../core/displayText';
import { toBytes } from '../core/messageValue';
import type { WorkerTarget } from '../protocol/workerLease';
import { MessageSubscriber, type Subscription } from '../redis/messageSubscriber';
import { type MessagePreview, PreviewSink } from '../redis/previewSink';
import type { BuiltInProgram, BuiltInRun } from './builtInProgram';
import { Outage } from './outage';
import { printMessage, printNote, printTotals, printWarning } from './output';
import { terminalOutput } from './terminalOutput';

/** Of lines that the terminal has not taken yet. */
const mostPendingBytes = 1_048_576;

/** Shows what is published on its channels (SUBSCRIBE) and patterns (PSUBSCRIBE). */
export const subscribeToChannels: BuiltInProgram = async (run) => {
  const { config, tally } = run;
  const subscription = {
    channels: named(config.targets, 'channel'),
    patterns: named(config.targets, 'pattern'),
  };
  // With one channel its name is in the first line already.
  const several = subscription.channels.length > 1 || subscription.patterns.length > 0;
  const shown = new ShownMessages(several);
  const sink = new PreviewSink(
    (message) => {
      tally.add();
      shown.add(message);
    },
    (nameBytes) => printWarning(l10n.t('left out: a channel name of {0} bytes', nameBytes)),
  );
  try {
    await listen(run, subscription, sink);
  } finally {
    printTotals(`${l10n.t('{0} received', tally.done)} · ${tally.pace()}${shown.left()}`);
  }
};

/** Messages come whether the terminal takes lines or not: what it would be too far behind with is counted instead. */
class ShownMessages {
  private unseen = 0;
  private behind = false;

  constructor(private readonly several: boolean) {}

  add(message: MessagePreview): void {
    if (!this.behind && terminalOutput().writableLength > mostPendingBytes) {
      this.behind = true;
      terminalOutput().once('drain', () => this.catchUp());
    }
    if (this.behind) this.unseen += 1;
    else print(message, this.several);
  }

  /** " · 3 not shown", or nothing when all are. */
  left(): string {
    return this.unseen === 0 ? '' : ` · ${l10n.t('{0} not shown', this.unseen)}`;
  }

  private catchUp(): void {
    printWarning(l10n.t('{0} messages not shown: the terminal was too slow or held', this.unseen));
    this.behind = false;
    this.unseen = 0;
  }
}

/** Resolves when the worker is stopped. */
function listen({ config, stop }: BuiltInRun, subscription: Subscription, sink: PreviewSink): Promise<void> {
  const outage = new Outage(l10n.t('messages may have been missed'));
  let announced = false;
  return new Promise<void>((resolve, reject) => {
    const onState = (state: ConnectionState): void => {
      if (state.kind === 'failed') reject(state.cause);
      outage.take(state);
      if (state.kind !== 'ready' || announced) return;
      announced = true;
      announce(subscription);
    };
    const { endpoint, clientName } = config;
    const subscriber = new MessageSubscriber(endpoint, clientName, subscription, sink, onState);
    const end = (): void => {
      subscriber.dispose();
      resolve();
    };
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted) end();
    else subscriber.start();
  });
}

function print({ channel, payload, size, pattern }: MessagePreview, several: boolean): void {
  const where = several ? `${displayBytes(channel)}  ` : '';
  const details = [
    ...(pattern === undefined ? [] : [l10n.t('pattern {0}', displayBytes(pattern))]),
    ...(size > payload.length ? [l10n.t('{0} bytes', size)] : []),
  ];
  printMessage('←', 'cyan', `${where}${displayBytes(payload)}`, details.join(' · '));
}

function announce({ channels, patterns }: Subscription): void {
  const list = (names: readonly Buffer[]): string => names.map((name) => displayBytes(name)).join(', ');
  if (channels.length > 0) printNote(l10n.t('subscribed to {0} · until Ctrl+C', list(channels)));
  if (patterns.length > 0) printNote(l10n.t('subscribed to pattern {0} · until Ctrl+C', list(patterns)));
}

function named(targets: readonly WorkerTarget[], kind: WorkerTarget['kind']): Buffer[] {
  return targets.filter((target) => target.kind === kind).map(({ name }) => toBytes(name));
}
