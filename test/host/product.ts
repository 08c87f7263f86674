import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RedisMessagingApi } from '../../src/host/api';

/** An entry of the setting `redisMessaging.connections`. */
export interface SavedConnection {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly readOnly?: boolean;
}

/** What a command of ours rejects with. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Runs a command of ours as other extensions do, by its id without prefix and one argument object. */
export function run<Result = unknown>(command: string, args: object): Promise<Result> {
  return Promise.resolve(vscode.commands.executeCommand<Result>(`redisMessaging.${command}`, args));
}

/**
 * What a command rejects with.
 * @throws an AssertionError when it does not reject, or not with a Failure that other extensions can read
 */
export async function rejection(command: string, args: object): Promise<Rejection> {
  const error: unknown = await run(command, args).then(
    (result) => assert.fail(`${command} resolved with ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof assert.AssertionError) throw error;
  assert.ok(error instanceof Error, String(error));
  // What crosses a JSON boundary is what other extensions may rely on.
  const plain: Partial<Rejection> = JSON.parse(JSON.stringify(error));
  assert.deepEqual(Object.keys(plain).sort(), ['code', 'hint', 'message'], error.message);
  const { code = '', message = '', hint = '' } = plain;
  assert.notEqual(code, 'internal', message);
  assert.doesNotMatch(`${message} ${hint}`, /\n\s+at |\.[jt]s:\d+|node_modules/, 'no stack is shown');
  return { code, message, hint };
}

/** The activated extension's API. */
export async function productApi(): Promise<RedisMessagingApi> {
  const extension = vscode.extensions.getExtension<RedisMessagingApi>('redis-messaging.redis-messaging');
  assert.ok(extension, 'the extension is installed');
  return extension.activate();
}

/** Gives a setting of ours another value for the tests of the surrounding `describe`. */
export function useSetting(key: string, value: () => unknown): void {
  let saved: unknown;
  before(`set ${key}`, async () => {
    saved = section().inspect(key)?.globalValue;
    await section().update(key, value(), vscode.ConfigurationTarget.Global);
  });
  after(`set ${key} back`, async () => {
    await section().update(key, saved, vscode.ConfigurationTarget.Global);
  });
}

/** The saved connections as they stand in the settings. */
export function savedConnections(): readonly SavedConnection[] {
  return section().get<readonly SavedConnection[]>('connections', []);
}

function section(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('redisMessaging');
}
