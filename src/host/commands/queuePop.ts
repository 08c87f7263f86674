import * as vscode from 'vscode';
import { keyOf } from '../../core/catalog';
import { displayBytes } from '../../core/displayText';
import { failureText } from '../../core/failure';
import { fromBytes } from '../../core/messageValue';
import { messageAt, type QueueEnd } from '../../core/queue';
import { type PopResult, safePop } from '../../core/safePop';
import type { CommandHandler } from '../commandRunner';
import { confirmed, targetConnection, targetPort, titleOn } from '../commandTarget';
import { fullCommandId } from '../contributed';
import { endName } from '../explorer/explorerItem';
import { plainNotice } from '../plainText';
import { askQueueDirection, queueDirection } from '../queueDirections';
import type { Services } from '../services';
import { Turns } from '../turns';
import { targetQueue } from './targetQueue';

/**
 * `{connection?, queue, end?, count?, confirmed}` → `{messages, outcome, end, inDoubt?, cause?, warning?}`. Takes the end that
 * consumers take, by the ladder of safePop: a copy is on disk before anything leaves the queue. With the outcome
 * `unknown`, `inDoubt` is the message that may have been taken. `warning` is what the journal could not take down.
 */
export function queuePop(services: Services): CommandHandler {
  // Two pops of ours on one queue would take each other for a consumer.
  const turns = new Turns();
  return async (invocation) => {
    const { connections, journal, explorer } = services;
    const { args, interactive } = invocation;
    const profile = await targetConnection(connections, invocation);
    const queue = await targetQueue(
      services,
      invocation,
      profile,
      titleOn(profile, vscode.l10n.t('Pop from which queue?')),
    );
    const label = displayBytes(queue, 60);
    const named = args.oneOf<QueueEnd>('end', ['head', 'tail']);
    const end = named ?? (interactive ? await askQueueDirection(queue, label) : queueDirection(queue).end);
    const count = args.count('count', 1, 10_000) ?? 1;
    const port = await targetPort(connections, invocation, profile, 'write');
    let expected: Buffer | undefined;
    if (interactive) {
      const next = await messageAt(port, queue, end);
      if (next === null) {
        tell(vscode.l10n.t('{0} is empty: nothing to pop.', label));
        return { messages: [], outcome: 'empty', end };
      }
      await confirmed(invocation, {
        question: vscode.l10n.t('Pop the next message from the {0} of {1}?', endName(end), label),
        detail: vscode.l10n.t(
          'No consumer will get it. A copy is kept in the pop journal.\n\n{0}',
          displayBytes(next, 300),
        ),
        action: vscode.l10n.t('Pop'),
        destroysOn: profile,
      });
      expected = next;
    } else {
      await confirmed(invocation, {
        question: vscode.l10n.t('Popping takes messages out of {0} for good.', label),
        detail: '',
        action: '',
        destroysOn: profile,
      });
    }
    const options = expected === undefined ? { count } : { expected };
    const result = await turns.run(`${profile.id}/${keyOf(queue)}`, () =>
      safePop(port, journal, profile.name, queue, end, options),
    );
    if (result.messages.length > 0) explorer.noticeQueue(profile, queue);
    if (interactive) await show(services, result, label);
    const { messages, outcome, inDoubt, cause, warning } = result;
    return {
      messages: messages.map(fromBytes),
      outcome,
      end,
      ...(inDoubt === undefined ? {} : { inDoubt: fromBytes(inDoubt) }),
      ...(cause === undefined ? {} : { cause: cause.toJSON() }),
      ...(warning === undefined ? {} : { warning: warning.toJSON() }),
    };
  };
}

async function show(
  { documents }: Services,
  { messages, outcome, unchecked, warning }: PopResult,
  label: string,
): Promise<void> {
  const [message] = messages;
  if (warning !== undefined) {
    void vscode.window.showWarningMessage(plainNotice(`${label}: ${failureText(warning)}`));
  }
  if (message !== undefined) {
    await documents.open(message, vscode.l10n.t('{0} · popped', label));
    if (unchecked) {
      void vscode.window.showWarningMessage(
        plainNotice(
          vscode.l10n.t(
            'Popped from {0} without the check for other consumers: the user may not run EVAL.',
            label,
          ),
        ),
      );
    }
    return;
  }
  switch (outcome) {
    case 'moved':
      tell(
        vscode.l10n.t(
          'Nothing was popped: the message at that end of {0} is another one by now. Look again.',
          label,
        ),
      );
      return;
    case 'empty':
      tell(vscode.l10n.t('Nothing was popped: {0} is empty by now.', label));
      return;
    case 'unknown':
      await warnUnconfirmed(label);
  }
}

function tell(text: string): void {
  void vscode.window.showInformationMessage(plainNotice(text));
}

async function warnUnconfirmed(label: string): Promise<void> {
  const showJournal = vscode.l10n.t('Show Pop Journal');
  const choice = await vscode.window.showWarningMessage(
    plainNotice(
      vscode.l10n.t(
        'Removal from {0} is unconfirmed: the reply was lost. A copy of the message is saved in the pop journal. Look into the queue before you pop again.',
        label,
      ),
    ),
    showJournal,
  );
  if (choice === showJournal) await vscode.commands.executeCommand(fullCommandId('journal.show'));
}
