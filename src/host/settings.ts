import * as vscode from 'vscode';
import type { SettingTypes } from './contributed';
import { readSetting } from './settingRules';

/** The current value of a setting below `redisMessaging`, within the bounds that package.json gives; see there for units. */
export function setting<Key extends keyof SettingTypes>(key: Key): SettingTypes[Key] {
  return readSetting(key, vscode.workspace.getConfiguration('redisMessaging').get<unknown>(key));
}

/** Writes a setting for the user (machine-scoped settings land in the machine's file over a remote). */
export async function updateSetting<Key extends keyof SettingTypes>(
  key: Key,
  value: SettingTypes[Key],
): Promise<void> {
  await vscode.workspace
    .getConfiguration('redisMessaging')
    .update(key, value, vscode.ConfigurationTarget.Global);
}

/** Calls back when one of the settings changed. */
export function onSettingChanged(
  keys: readonly (keyof SettingTypes)[],
  listener: () => void,
): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (keys.some((key) => event.affectsConfiguration(`redisMessaging.${key}`))) listener();
  });
}
