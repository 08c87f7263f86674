import * as vscode from 'vscode';
import { explainReceivers, publish } from '../../core/channel';
import { displayBytes } from '../../core/displayText';
import type { CommandHandler } from '../commandRunner';
import {
  confirmSize,
  targetConnection,
  targetMessages,
  targetName,
  targetPort,
  titleOn,
} from '../commandTarget';
import { plainNotice } from '../plainText';
import type { Services } from '../services';

/**
 * `{connection?, channel, message | messages, sharded?, confirmed?}` → `{receivers, own}`, by PUBLISH or SPUBLISH.
 * `own` of the receivers are panels of this window.
 */
export function channelPublish({ connections, models, panels }: Services): CommandHandler {
  return async (invocation) => {
    const profile = await targetConnection(connections, invocation);
    const channel = await targetName(invocation, {
      field: 'channel',
      title: titleOn(profile, vscode.l10n.t('Publish on which channel?')),
      prompt: vscode.l10n.t('Name of the channel'),
      what: vscode.l10n.t('channel'),
      known: models.model(profile).catalog.channels.map(({ name }) => name),
    });
    const label = displayBytes(channel, 60);
    const messages = await targetMessages(
      invocation,
      titleOn(profile, vscode.l10n.t('Publish on {0}', label)),
    );
    await confirmSize(invocation, messages);
    const sharded = invocation.args.flag('sharded');
    const own = panels.ownReceivers(profile.id, channel, sharded);
    const port = await targetPort(connections, invocation, profile, 'write');
    const { receivers } = await publish(port, channel, messages, sharded);
    if (invocation.interactive) {
      void vscode.window.showInformationMessage(plainNotice(`${label}: ${explainReceivers(receivers, own)}`));
    }
    return { receivers, own };
  };
}
