import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { scriptDescriptions } from '../../src/core/scriptTemplates';
import { root } from '../launch/paths';
import { rejection, run } from './product';

describe('worker.newScript from code', () => {
  const written = new Set<string>();

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const file of written) await rm(file, { force: true });
    written.clear();
  });

  async function write(argument: object): Promise<string> {
    const { file } = await run<{ file: string }>('worker.newScript', argument);
    written.add(file);
    return file;
  }

  it('writes every template, and opens it', async () => {
    for (const [pattern, { files }] of Object.entries(scriptDescriptions)) {
      for (const [language, name] of Object.entries(files)) {
        const file = await write({ pattern, language, file: `written/${name}` });
        const template = await readFile(join(root, 'media', 'scripts', name), 'utf8');
        assert.equal(await readFile(file, 'utf8'), template);
        assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file);
      }
    }
  });

  it('replaces nothing that was not confirmed', async () => {
    const file = await write({ pattern: 'queueWorker' });
    assert.match(file, /queue_worker\.py$/);
    await writeFile(file, 'mine');
    assert.equal((await rejection('worker.newScript', { pattern: 'queueWorker' })).code, 'confirmation');
    assert.equal(await readFile(file, 'utf8'), 'mine');
    await write({ pattern: 'queueWorker', confirmed: true });
    assert.notEqual(await readFile(file, 'utf8'), 'mine');
  });

  it('stays in the folder, and with the type of the language', async () => {
    for (const [argument, code] of [
      [{}, 'argument'],
      [{ pattern: 'nothing' }, 'argument'],
      [{ pattern: 'hotQueuePut', language: 'javascript' }, 'argument'],
      [{ pattern: 'queueWorker', file: '../outside.py' }, 'argument'],
      [{ pattern: 'queueWorker', file: '/tmp/outside.py' }, 'argument'],
      [{ pattern: 'queueWorker', file: '' }, 'argument'],
      [{ pattern: 'queueWorker', file: 'worker.sh' }, 'argument'],
    ] as const) {
      assert.equal((await rejection('worker.newScript', argument)).code, code, JSON.stringify(argument));
    }
  });
});
