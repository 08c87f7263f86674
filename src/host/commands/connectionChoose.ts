import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { displayText } from '../../core/displayText';
import { cancelled } from '../../core/failure';
import { missingArgument } from '../commandArguments';
import type { CommandHandler } from '../commandRunner';
import { connectionLook, nextTry, profileTraits } from '../connectionLook';
import { type CommandId, fullCommandId } from '../contributed';
import { addressOf } from '../explorer/connectionModels';
import { plainLabel } from '../plainText';
import type { Services } from '../services';
import { connectAsking } from './connectionState';

interface ConnectionButton extends vscode.QuickInputButton {
  readonly command: CommandId;
}

interface ConnectionEntry extends vscode.QuickPickItem {
  /** Absent: the entry runs `command` instead. */
  readonly profile?: ConnectionProfile;
  readonly command?: CommandId;
  readonly buttons?: readonly ConnectionButton[];
}

/** `{connection}` → `{id}`: the connection that is meant when none is named. Interactively it is connected, too. */
export function connectionChoose(services: Services): CommandHandler {
  return async (invocation) => {
    const { connections } = services;
    if (!invocation.interactive) {
      const named = invocation.args.text('connection');
      if (named === undefined) throw missingArgument('connection');
      const { id } = connections.resolve(named);
      connections.choose(id);
      return { id };
    }
    const profile = await pick(services);
    invocation.connectionName = displayText(profile.name);
    connections.choose(profile.id);
    await connectAsking(services, invocation, profile);
    return { id: profile.id };
  };
}

/** The pick keeps its states up to date while it is open. */
function pick({ connections }: Services): Promise<ConnectionProfile> {
  const input = vscode.window.createQuickPick<ConnectionEntry>();
  input.title = vscode.l10n.t('Choose Connection');
  input.placeholder = vscode.l10n.t('Commands act on it unless they name another');
  input.matchOnDescription = true;
  const draw = (): void => {
    const before = input.activeItems[0]?.profile?.id ?? connections.active?.id;
    input.items = entries(connections);
    const active = input.items.find(({ profile }) => profile !== undefined && profile.id === before);
    if (active !== undefined) input.activeItems = [active];
  };
  draw();
  return new Promise<ConnectionProfile>((resolve, reject) => {
    const run = (command: CommandId, profile?: ConnectionProfile): void => {
      const node = profile === undefined ? [] : [{ kind: 'choice', id: profile.id, connection: profile.id }];
      void vscode.commands.executeCommand(fullCommandId(command), ...node);
    };
    const listening = [
      connections.onDidChange(draw),
      input.onDidTriggerItemButton(({ item, button }) => {
        const chosen = item.buttons?.find((each) => each === button);
        if (chosen === undefined) return;
        if (chosen.command !== 'connection.disconnect') input.hide();
        run(chosen.command, item.profile);
      }),
      input.onDidAccept(() => {
        const [entry] = input.selectedItems;
        if (entry?.profile !== undefined) resolve(entry.profile);
        else if (entry?.command !== undefined) run(entry.command);
        input.hide();
      }),
      input.onDidHide(() => {
        for (const each of listening) each.dispose();
        input.dispose();
        // Does nothing when a connection was chosen.
        reject(cancelled());
      }),
    ];
    input.show();
  });
}

function entries(connections: Services['connections']): readonly ConnectionEntry[] {
  return [
    ...connections.profiles.map((profile): ConnectionEntry => {
      const state = connections.state(profile.id);
      const { icon, word } = connectionLook(state, profile);
      // What to do about it follows when it is chosen and fails.
      const detail = [
        ...('cause' in state ? [displayText(state.cause.message, 300)] : []),
        ...nextTry(state),
      ].join(' ');
      return {
        profile,
        label: `$(${icon}) ${plainLabel(displayText(profile.name, 60))}`,
        description: plainLabel([word, ...profileTraits(profile), addressOf(profile)].join(' · ')),
        ...(detail === '' ? {} : { detail: plainLabel(detail) }),
        buttons: state.kind === 'idle' ? [edit(), log()] : [disconnect(), edit(), log()],
      };
    }),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: `$(add) ${vscode.l10n.t('Add Connection…')}`, command: 'connection.add' },
  ];
}

function disconnect(): ConnectionButton {
  return button('debug-disconnect', vscode.l10n.t('Disconnect'), 'connection.disconnect');
}

function edit(): ConnectionButton {
  return button('edit', vscode.l10n.t('Edit Connection…'), 'connection.edit');
}

function log(): ConnectionButton {
  return button('output', vscode.l10n.t('Show Log'), 'log.show');
}

function button(icon: string, tooltip: string, command: CommandId): ConnectionButton {
  return { iconPath: new vscode.ThemeIcon(icon), tooltip, command };
}
