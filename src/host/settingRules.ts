import type { SettingTypes } from './contributed';

/** What a setting may be. VS Code shows violations of package.json's schema but hands the value out all the same. */
interface SettingRule<Value> {
  readonly default: Value;
  /** The value as it may be used; undefined where it cannot be used at all. */
  readonly read: (value: unknown) => Value | undefined;
}

function whole(otherwise: number, least: number, most: number): SettingRule<number> {
  const read = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isFinite(value)
      ? Math.min(most, Math.max(least, Math.round(value)))
      : undefined;
  return { default: otherwise, read };
}

function ofType<Value extends string | boolean>(otherwise: Value): SettingRule<Value> {
  const isValue = (value: unknown): value is Value => typeof value === typeof otherwise;
  return { default: otherwise, read: (value) => (isValue(value) ? value : undefined) };
}

const isEnd = (value: unknown): value is 'head' | 'tail' => value === 'head' || value === 'tail';

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function ends(value: unknown): SettingTypes['queue.directions'] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, 'head' | 'tail'] => isEnd(entry[1])),
  );
}

/** One rule for each setting: the same defaults and bounds as in package.json, which a test compares. */
export const settingRules: { readonly [Key in keyof SettingTypes]: SettingRule<SettingTypes[Key]> } = {
  connections: { default: [], read: (value) => (Array.isArray(value) ? value : undefined) },
  'server.path': ofType<string>(''),
  'server.persist': ofType<boolean>(false),
  'explorer.delimiter': ofType<string>(':'),
  'explorer.refreshSeconds': whole(2, 1, 3_600),
  'explorer.scanLimit': whole(10_000, 100, 1_000_000),
  'queue.consume': { default: 'tail', read: (value) => (isEnd(value) ? value : undefined) },
  'queue.directions': { default: {}, read: ends },
  'message.confirmBytes': whole(8_388_608, 1_024, 536_870_912),
  'journal.maxBytes': whole(67_108_864, 1_048_576, 1_073_741_824),
  'traffic.ringBytes': whole(67_108_864, 1_048_576, 2_147_483_648),
  'traffic.ringMessages': whole(1_000_000, 1_000, 10_000_000),
  interpreters: { default: {}, read: record },
  workers: { default: {}, read: record },
  'worker.leaseSeconds': whole(30, 5, 3_600),
  'worker.interruptSeconds': whole(5, 1, 3_600),
  'worker.terminateSeconds': whole(5, 1, 3_600),
  'worker.restarts': whole(5, 1, 1_000),
  'worker.compose': {
    default: ['docker', 'compose'],
    read: (value) => (Array.isArray(value) ? value : undefined),
  },
  'redisCli.path': ofType<string>(''),
};

/** A setting's value as it may be used: within its bounds, or its default where the value is of another kind. */
export function readSetting<Key extends keyof SettingTypes>(key: Key, value: unknown): SettingTypes[Key] {
  const rule: SettingRule<SettingTypes[Key]> = settingRules[key];
  return rule.read(value) ?? rule.default;
}
