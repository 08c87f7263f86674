import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../launch/limits';
import { run } from './product';

/** VS Code hands extensions no document that is larger. */
const beyondVscode = 60_000_000;

describe('what is too large for VS Code to hand it to extensions', function () {
  this.timeout(90_000);

  after('close what was opened', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function isShown(title: string): Promise<void> {
    await until(60_000, `a tab called ${title}`, async () =>
      vscode.window.tabGroups.activeTabGroup.activeTab?.label.startsWith(title) ? true : undefined,
    );
  }

  it('opens as a message of text', async () => {
    await run('message.open', { message: 'x'.repeat(beyondVscode), title: 'text' });
    await isShown('text');
  });

  it('opens as a message of bytes, whose dump is larger than they are', async () => {
    const base64 = Buffer.alloc(beyondVscode / 4, 0xff).toString('base64');
    await run('message.open', { message: { base64 }, title: 'bytes' });
    await isShown('bytes');
  });

  it('opens as the pop journal', async () => {
    const { path } = await run<{ path: string }>('journal.show', {});
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'x'.repeat(beyondVscode));
    try {
      await run('journal.show', {});
      await isShown('pop-journal.jsonl');
    } finally {
      await rm(path);
    }
  });
});
