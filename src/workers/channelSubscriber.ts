import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { toBytes } from '../core/messageValue';
import { MessageSubscriber } from '../redis/messageSubscriber';
import type { BuiltInProgram } from './builtInProgram';
import { Outage } from './outage';
import { printMessage, printNote, printTotals } from './output';

/** Shows what is published on its channels (SUBSCRIBE) and patterns (PSUBSCRIBE). */
export const subscribeToChannels: BuiltInProgram = async ({ config, tally, stop }) => {
  const named = (kind: string): Buffer[] =>
    config.targets.filter((target) => target.kind === kind).map(({ name }) => toBytes(name));
  const channels = named('channel');
  const patterns = named('pattern');
  const outage = new Outage(l10n.t('messages may have been missed'));
  // With one channel its name is in the first line already.
  const several = channels.length + patterns.length > 1 || patterns.length > 0;
  await new Promise<void>((resolve, reject) => {
    const subscriber = new MessageSubscriber(config.endpoint, config.clientName, channels, patterns, {
      onMessage: (channel, payload, pattern) => {
        tally.add();
        const where = several ? `${displayBytes(channel)}  ` : '';
        const by = pattern === undefined ? '' : l10n.t('pattern {0}', displayBytes(pattern));
        printMessage('←', 'cyan', `${where}${displayBytes(payload)}`, by);
      },
      onState: (state) => {
        outage.take(state);
        if (state.kind === 'ready') announceSubscriptions(channels, patterns);
        if (state.kind === 'failed') reject(state.cause);
      },
    });
    const end = (): void => {
      subscriber.dispose();
      resolve();
    };
    if (stop.aborted) end();
    else {
      stop.addEventListener('abort', end, { once: true });
      subscriber.start();
    }
  }).finally(() => printTotals(`${l10n.t('{0} received', tally.done)} · ${tally.pace()}`));
};

function announceSubscriptions(channels: readonly Buffer[], patterns: readonly Buffer[]): void {
  const list = (names: readonly Buffer[]): string => names.map((name) => displayBytes(name)).join(', ');
  if (channels.length > 0) printNote(l10n.t('subscribed to {0} · until Ctrl+C', list(channels)));
  if (patterns.length > 0) printNote(l10n.t('subscribed to pattern {0} · until Ctrl+C', list(patterns)));
}
