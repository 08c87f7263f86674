import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure } from '../../src/core/failure';
import {
  extensionOf,
  readProgramLine,
  scriptExtensions,
  scriptInterpreter,
} from '../../src/core/scriptInterpreter';
import { root } from '../launch/paths';

function line(file: string, more: Partial<Parameters<typeof scriptInterpreter>[1]> = {}) {
  return scriptInterpreter(file, { settings: {}, platform: 'linux', ...more });
}

function refuses(pattern: RegExp) {
  return (error: unknown): boolean =>
    isFailure(error) && error.code === 'argument' && pattern.test(`${error.message} ${error.hint}`);
}

describe('scriptInterpreter', () => {
  it('runs each type by what is usual for it', () => {
    assert.deepEqual(line('/w/a b/Worker.PY'), ['python3', '-u']);
    assert.deepEqual(line('C:\\w\\worker.py', { platform: 'win32' }), ['python', '-u']);
    assert.deepEqual(line('/w/x.mjs'), ['node']);
    assert.deepEqual(line('/w/x.sh'), ['bash']);
    assert.deepEqual(line('/w/x.go'), ['go', 'run']);
    for (const extension of scriptExtensions) assert.ok(line(`/w/x${extension}`).length > 0, extension);
  });

  it('prefers the Python that was chosen, and tsx where the project has it', () => {
    const python = '/w/.venv/bin/python';
    assert.deepEqual(line('/w/x.py', { python }), [python, '-u']);
    assert.deepEqual(line('/w/x.js', { python }), ['node']);
    assert.deepEqual(line('/w/x.ts', { tsx: '/w/tsx.mjs' }), ['node', '/w/tsx.mjs']);
    assert.deepEqual(line('/w/x.ts'), ['node']);
  });

  it('obeys the setting first, word by word', () => {
    const settings = { '.py': ['/opt/my python', '-X', 'dev'], '.lua': ' lua5.4 ' };
    assert.deepEqual(line('/w/x.py', { settings, python: '/p' }), ['/opt/my python', '-X', 'dev']);
    assert.deepEqual(line('/w/x.lua', { settings }), ['lua5.4']);
    // No program becomes several by what it is called.
    assert.deepEqual(readProgramLine('/opt/a b; rm -rf /'), ['/opt/a b; rm -rf /']);
  });

  it('says what to do for a type that it does not know', () => {
    assert.throws(
      () => line('/w/x.lua'),
      refuses(/runs a \.lua file.*"\.lua".*redisMessaging\.interpreters/),
    );
    assert.throws(() => line('/w/constructor'), refuses(/no extension/));
    assert.throws(() => line('/w/x.__proto__'), refuses(/__proto__/));
    for (const wrong of [7, '', [], [''], ['a', 1], 'a\0b']) {
      assert.throws(() => line('/w/x.py', { settings: { '.py': wrong } }), refuses(/no usable program/));
    }
  });

  it('reads the extension as the menus do', () => {
    assert.equal(extensionOf('/w.d/script'), '');
    assert.equal(extensionOf('/w/.py'), '');
    const text = readFileSync(join(root, 'package.json'), 'utf8');
    const [, source = ''] = /resourceExtname =~ \/(.*?)\/i/.exec(JSON.parse(`"${menuClause(text)}"`)) ?? [];
    for (const extension of scriptExtensions) assert.match(extension, new RegExp(source), extension);
    assert.doesNotMatch('.txt', new RegExp(source));
  });
});

/** The first when clause about a file's extension, as it stands in the text of package.json. */
function menuClause(text: string): string {
  return /"when": "(resourceExtname.*?)",?\n/.exec(text)?.[1] ?? '';
}
