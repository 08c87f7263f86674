import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  commandIds,
  contextKeys,
  contextValues,
  fullCommandId,
  type SettingTypes,
  trafficViewType,
  viewIds,
} from '../../src/host/contributed';
import { readSetting, settingRules } from '../../src/host/settingRules';
import { root } from '../launch/paths';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { sourceFiles, sourceText } from './importGraph';

interface MenuEntry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}

interface SettingSchema {
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Manifest {
  readonly l10n: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { untrustedWorkspaces: { restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly submenus: readonly { readonly id: string }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, SettingSchema>> };
  };
}

const manifest: Manifest = readJson('package.json');
const texts: Record<string, string> = readJson('package.nls.json');
const { commands, submenus, menus, views, viewsContainers, viewsWelcome, configuration } =
  manifest.contributes;
const ours = commandIds.map(fullCommandId) as readonly string[];
const menuEntries = Object.entries(menus).flatMap(([menu, entries]) =>
  entries.map((entry) => ({ menu, ...entry })),
);

function readJson<Type>(path: string): Type {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** Every string in a JSON value. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

/** Fails with both sides named: what package.json says and what the code says. */
function same(inManifest: readonly string[], inCode: readonly string[], what: string): void {
  const onlyManifest = inManifest.filter((name) => !inCode.includes(name));
  const onlyCode = inCode.filter((name) => !inManifest.includes(name));
  assert.deepEqual(onlyManifest, [], `package.json has ${what} that src/host/contributed.ts does not.`);
  assert.deepEqual(onlyCode, [], `src/host/contributed.ts has ${what} that package.json does not.`);
  assert.equal(new Set(inManifest).size, inManifest.length, `package.json has ${what} twice.`);
}

const settingKeys = Object.keys(settingRules) as (keyof SettingTypes)[];

describe('package.json and the code', () => {
  it('have the same commands', () => {
    same(
      commands.map(({ command }) => command),
      ours,
      'commands',
    );
  });

  it('have the same settings', () => {
    const inCode = settingKeys.map((key) => `redisMessaging.${key}`);
    same(Object.keys(configuration.properties), inCode, 'settings');
  });

  it('have the same defaults and bounds of settings', () => {
    for (const key of settingKeys) {
      const declared = configuration.properties[`redisMessaging.${key}`];
      assert.ok(declared, key);
      assert.deepEqual(settingRules[key].default, declared.default, `the default of redisMessaging.${key}`);
      if (declared.minimum === undefined) continue;
      assert.equal(readSetting(key, 0.00001), declared.minimum, `the least ${key}`);
      assert.equal(readSetting(key, 1e300), declared.maximum, `the most ${key}`);
    }
  });

  it('hold settings of another kind for their defaults', () => {
    for (const key of settingKeys) {
      for (const wrong of [undefined, null, Number.NaN, 'sideways', { a: 1 }, [1]]) {
        const value = readSetting(key, wrong);
        assert.equal(Array.isArray(value), Array.isArray(settingRules[key].default), key);
        assert.equal(typeof value, typeof settingRules[key].default, key);
      }
    }
    assert.deepEqual(readSetting('queue.directions', { a: 'head', b: 'sideways', c: 1 }), { a: 'head' });
  });

  it('have defaults within their own bounds', () => {
    for (const [key, { default: value, minimum, maximum }] of Object.entries(configuration.properties)) {
      assert.notEqual(value, undefined, `${key} has a default`);
      if (typeof value !== 'number') continue;
      assert.ok(
        value >= (minimum ?? Number.NaN) && value <= (maximum ?? Number.NaN),
        `${key} is bounded both ways`,
      );
    }
  });

  it('have the same views, in a container that exists', () => {
    same(
      Object.values(views).flatMap((list) => list.map(({ id }) => id)),
      Object.values(viewIds),
      'views',
    );
    const containers = Object.values(viewsContainers).flatMap((list) => list.map(({ id }) => id));
    assert.deepEqual(Object.keys(views), containers);
    for (const { view } of viewsWelcome) assert.ok(Object.values<string>(viewIds).includes(view), view);
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${trafficViewType}`));
  });

  it('have the same context keys', () => {
    const inWhen = menuEntries.flatMap(({ when = '' }) => when.match(/redisMessaging\.\w+/g) ?? []);
    const known: string[] = [...Object.values(viewIds), trafficViewType];
    same(
      [...new Set(inWhen.filter((key) => !known.includes(key)))],
      Object.values(contextKeys),
      'context keys',
    );
  });

  it('set every context key that a when clause reads', () => {
    const code = sourceFiles()
      .filter((file) => file.startsWith('host/'))
      .map(sourceText)
      .join('\n');
    for (const key of Object.keys(contextKeys)) {
      assert.match(code, new RegExp(`'setContext',\\s*contextKeys\\.${key}\\b`), `${key} is never set`);
    }
  });

  it('use no value of viewItem that no node has', () => {
    const known = Object.values<string>(contextValues);
    const clauses = menuEntries.flatMap(({ when = '', command }) =>
      [...when.matchAll(/viewItem (==|=~) (\/(?:\\.|[^/])+\/|\S+)/g)].map(([, operator, value = '']) => ({
        command,
        operator,
        value,
      })),
    );
    assert.ok(clauses.length > 10, 'the clauses were found');
    for (const { command, operator, value } of clauses) {
      if (operator === '==') {
        assert.ok(
          known.includes(value),
          `the menu entry of ${command} asks for viewItem ${value}, which no node has.`,
        );
        continue;
      }
      // Each alternative must be there for a reason.
      for (const alternative of alternatives(value.slice(1, -1))) {
        const pattern = new RegExp(alternative);
        assert.ok(
          known.some((item) => pattern.test(item)),
          `the menu entry of ${command} asks for viewItem /${alternative}/, which no node has.`,
        );
      }
    }
  });

  it('give every kind of node a menu', () => {
    const clauses = menuEntries.flatMap(({ menu, when = '' }) =>
      menu === 'view/item/context' ? [when] : [],
    );
    const reaches = (clause: string, item: string) => {
      const [, operator, value = ''] = /viewItem (==|=~) (\/(?:\\.|[^/])+\/|\S+)/.exec(clause) ?? [];
      return operator === '==' ? value === item : new RegExp(value.slice(1, -1)).test(item);
    };
    // A group of streams has nothing to offer until streams have commands.
    const without = Object.values<string>(contextValues).filter(
      (item) => item !== contextValues.streams && !clauses.some((clause) => reaches(clause, item)),
    );
    assert.deepEqual(without, [], 'Nodes on which a right click shows nothing.');
  });

  it('name only commands that exist in menus and welcome texts', () => {
    const known = [...ours, ...submenus.map(({ id }) => id)];
    for (const { menu, command, submenu } of menuEntries) {
      const entry = command ?? submenu ?? '';
      assert.ok(known.includes(entry), `The menu ${menu} has ${entry}, which does not exist.`);
    }
    for (const [key, text] of Object.entries(texts)) {
      for (const [, command = ''] of text.matchAll(/\]\(command:([\w.]+)/g)) {
        const isKnown = ours.includes(command) || command === 'workbench.trust.manage';
        assert.ok(isKnown, `The text ${key} links to ${command}, which does not exist.`);
      }
      for (const [, setting = ''] of text.matchAll(/`#([\w.]+)#`/g)) {
        assert.ok(setting in configuration.properties, `The text ${key} links to the setting ${setting}.`);
      }
    }
  });

  it('list every tutorial in the menus of both views', () => {
    const id = 'redisMessaging.tutorials';
    assert.deepEqual(
      (menus[id] ?? []).map(({ command }) => command).sort(),
      ours.filter((command) => command.startsWith('redisMessaging.tutorial.')).sort(),
    );
    // VS Code takes a submenu once for a menu.
    const entries = menuEntries.filter(({ submenu }) => submenu === id);
    assert.equal(entries.length, 1);
    for (const view of Object.values(viewIds)) assert.ok(entries[0]?.when?.includes(`view == ${view}`), view);
  });

  it('offer nothing that runs programs in the welcome of a workspace in Restricted Mode', () => {
    for (const view of Object.values<string>(viewIds)) {
      const welcomes = viewsWelcome.filter((each) => each.view === view);
      assert.deepEqual(welcomes.map(({ when }) => when).sort(), [
        '!isWorkspaceTrusted',
        'isWorkspaceTrusted',
      ]);
      const restricted = welcomes.find(({ when }) => when === '!isWorkspaceTrusted')?.contents ?? '';
      const text = texts[restricted.slice(1, -1)] ?? '';
      assert.match(text, /command:workbench\.trust\.manage/);
      assert.doesNotMatch(text, /command:redisMessaging\.(worker|tutorial|server)\./);
    }
  });

  it('show nothing on a walkthrough page that is cut off beside its steps', () => {
    const folder = join(root, 'media', 'walkthrough');
    const blocks = readdirSync(folder).flatMap((page) =>
      [...readFileSync(join(folder, page), 'utf8').matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(
        ([, text = '']) => ({
          page,
          lines: text.split('\n'),
        }),
      ),
    );
    assert.ok(blocks.length > 4, 'the blocks were found');
    for (const { page, lines } of blocks) {
      assert.deepEqual(
        lines.filter((line) => line.length > 48),
        [],
        page,
      );
    }
  });

  it('say of every view item in which view it is', () => {
    for (const { menu, command, submenu, when = '' } of menuEntries) {
      if (!menu.startsWith('view/')) continue;
      assert.match(
        when,
        /\bview == redisMessaging\.(explorer|workers)\b/,
        `${command ?? submenu} in ${menu} shows in every view.`,
      );
    }
  });

  it('keep connections, which name servers and environment variables, from an untrusted workspace', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.ok(restrictedConfigurations.includes('redisMessaging.connections'));
  });

  it('put every command under our name', () => {
    for (const { command, category, title } of commands) {
      assert.equal(category, '%category%', command);
      assert.match(title, /^%command\./, command);
    }
  });
});

describe('texts', () => {
  it('of package.json and package.nls.json are the same', () => {
    const used = strings(manifest).flatMap((text) => /^%(.+)%$/.exec(text)?.[1] ?? []);
    const missing = used.filter((key) => texts[key] === undefined || texts[key] === '');
    const unused = Object.keys(texts).filter((key) => !used.includes(key));
    assert.deepEqual(missing, [], 'package.json uses texts that package.nls.json does not have.');
    assert.deepEqual(unused, [], 'package.nls.json has texts that package.json does not use.');
  });

  it('of contributions stand in package.nls.json only', () => {
    const shown =
      /"(title|description|markdownDescription|name|contextualTitle|contents|category)": "(?!%)([^"]+)"/g;
    const written = JSON.stringify(manifest.contributes, undefined, 1);
    const bare = [...written.matchAll(shown)].map(([, , text]) => text);
    assert.deepEqual(bare, [], 'package.json shows texts that cannot be translated.');
  });

  it('of the code are all in the l10n bundle, and no others', async () => {
    const teardown = new Teardown();
    try {
      const folder = await tempFolder(teardown, 'l10n');
      const program = join(root, 'node_modules', '@vscode', 'l10n-dev', 'dist', 'cli.js');
      const run = promisify(execFile);
      await run(process.execPath, [program, 'export', '--outDir', folder, 'src'], { cwd: root });
      const [file] = readdirSync(folder);
      assert.ok(file, 'the export wrote a bundle');
      const now: Record<string, string> = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const saved: Record<string, string> = readJson(join(manifest.l10n, file));
      const missing = Object.keys(now).filter((key) => !(key in saved));
      const left = Object.keys(saved).filter((key) => !(key in now));
      const hint = 'Run: npm run l10n';
      assert.deepEqual(missing, [], `The bundle lacks texts of the code. ${hint}`);
      assert.deepEqual(left, [], `The bundle has texts that the code no longer has. ${hint}`);
      assert.deepEqual(now, saved, hint);
    } finally {
      await teardown.finish();
    }
  });
});

/** The top-level alternatives of a regular expression. */
function alternatives(source: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of source) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === '|' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}
