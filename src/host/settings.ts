import * as vscode from 'vscode';
import type { SettingTypes } from './contributed';

const defaults: SettingTypes = {
  connections: [],
  'explorer.delimiter': ':',
  'explorer.refreshSeconds': 2,
  'explorer.scanLimit': 10_000,
  'queue.consume': 'tail',
  'queue.directions': {},
  'message.confirmBytes': 8_388_608,
  'journal.maxBytes': 67_108_864,
  'traffic.ringBytes': 67_108_864,
  'traffic.ringMessages': 1_000_000,
  'worker.leaseSeconds': 30,
};

/** The current value of a setting below `redisMessaging`; see package.json for units and bounds. */
export function setting<Key extends keyof SettingTypes>(key: Key): SettingTypes[Key] {
  return vscode.workspace.getConfiguration('redisMessaging').get<SettingTypes[Key]>(key, defaults[key]);
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
