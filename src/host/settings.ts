import * as vscode from 'vscode';
import { Failure } from '../core/failure';
import type { SettingTypes } from './contributed';
import { readSetting, settingRules } from './settingRules';
import { Turns } from './turns';

/** The current value of a setting below `redisMessaging`, within the bounds that package.json gives; see there for units. */
export function setting<Key extends keyof SettingTypes>(key: Key): SettingTypes[Key] {
  return readSetting(key, vscode.workspace.getConfiguration('redisMessaging').get<unknown>(key));
}

/** Changes of one setting are read-modify-write: one at a time, so that none is lost. */
const changes = new Turns();

/**
 * Changes a setting of the user (machine-scoped ones land in the machine's file over a remote).
 * @param change gets the value that stands there now.
 * @throws {Failure} `argument` where what stands there is of another kind: it is not written over.
 */
export function changeSetting<Key extends keyof SettingTypes>(
  key: Key,
  change: (value: SettingTypes[Key]) => SettingTypes[Key],
): Promise<void> {
  return changes.run(key, async () => {
    const configuration = vscode.workspace.getConfiguration('redisMessaging');
    const raw = configuration.get<unknown>(key);
    if (raw !== undefined && settingRules[key].read(raw) === undefined) {
      throw new Failure(
        'argument',
        vscode.l10n.t('The setting redisMessaging.{0} is not what it should be.', key),
        {
          hint: vscode.l10n.t('Correct it in settings.json first; it was not changed.'),
        },
      );
    }
    await configuration.update(key, change(readSetting(key, raw)), vscode.ConfigurationTarget.Global);
  });
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
