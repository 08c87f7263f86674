import * as vscode from 'vscode';
import type { ConnectionProfile } from '../core/connectionProfile';
import type { ConnectionState } from '../core/connectionState';
import { displayText } from '../core/displayText';
import { connectionLook, profileTraits, stateLines } from './connectionLook';
import type { Connections } from './connections';
import { fullCommandId } from './contributed';
import { addressOf } from './explorer/connectionModels';
import { plainLabel } from './plainText';

/** Right of what belongs to the folder, such as the branch. */
const priority = 10;

/** The status bar's item: the connection that commands act on, and its state. A click chooses another. */
export class ConnectionStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'redisMessaging.connection',
    vscode.StatusBarAlignment.Left,
    priority,
  );
  private readonly listening: vscode.Disposable;
  /** Profiles that were connected, or chosen, in this window: before that there is nothing to tell. */
  private readonly used = new Set<string>();

  constructor(private readonly connections: Connections) {
    this.item.name = vscode.l10n.t('Redis Connection');
    this.item.command = fullCommandId('connection.choose');
    this.listening = connections.onDidChange((profile) => {
      if (profile !== undefined) this.used.add(profile.id);
      this.draw();
    });
  }

  dispose(): void {
    this.listening.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const profile = this.shown();
    if (profile === undefined) {
      this.item.hide();
      return;
    }
    const state = this.connections.state(profile.id);
    const { icon, word } = connectionLook(state, profile);
    const name = displayText(profile.name, 40);
    const traits = profileTraits(profile);
    this.item.text = [`$(${icon}) ${plainLabel(name)}`, ...traits].join(' · ');
    this.item.tooltip = [
      `${displayText(profile.name)} — ${displayText(addressOf(profile))}`,
      ...stateLines(state, profile),
    ].join('\n');
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Redis connection {0}', [name, word, ...traits].join(', ')),
    };
    this.item.backgroundColor = background(state, profile);
    this.item.show();
  }

  /** The active one; while there is none, the first that is in use. */
  private shown(): ConnectionProfile | undefined {
    const { active, profiles } = this.connections;
    if (active !== undefined) return this.used.has(active.id) ? active : undefined;
    return profiles.find(({ id }) => this.connections.state(id).kind !== 'idle');
  }
}

/** Red is for production alone; the icon tells the state there, too. */
function background(
  { kind }: ConnectionState,
  { production }: ConnectionProfile,
): vscode.ThemeColor | undefined {
  if (production && kind !== 'idle') return new vscode.ThemeColor('statusBarItem.errorBackground');
  return kind === 'failed' || kind === 'reconnecting'
    ? new vscode.ThemeColor('statusBarItem.warningBackground')
    : undefined;
}
