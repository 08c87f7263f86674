import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { scriptDescriptions } from '../../src/core/scriptTemplates';
import { root } from '../launch/paths';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';

/** Tens of thousands of files, a whole VS Code among them: one stands for all that lies there. */
const large = ['node_modules', '.vscode-test', 'out', '.git'];

describe('the package', () => {
  const teardown = new Teardown();
  let files: readonly string[];

  before('list what vsce would pack', async () => {
    const folder = await tempFolder(teardown, 'package');
    for (const name of await readdir(root)) {
      const copy = join(folder, name);
      if (large.includes(name)) {
        await mkdir(join(copy, 'some'), { recursive: true });
        await writeFile(join(copy, 'some', 'index.js'), '');
      } else {
        await cp(join(root, name), copy, { recursive: true });
      }
    }
    files = await listFiles({ cwd: folder, packageManager: PackageManager.None });
  });
  after(() => teardown.finish());

  it('is one for all platforms: it holds no native module and no program', () => {
    assert.ok(files.some((file) => file === 'package.json'));
    // The scripts are text that is copied into a workspace.
    const allowed = /\.(js|css|ttf|svg|png|json|md)$|^LICENSE(\.txt)?$|^media\/scripts\/\w+\.(py|mjs)$/;
    assert.deepEqual(
      files.filter((file) => !allowed.test(file)),
      [],
    );
  });

  it('holds every script that can be written into a workspace, and no other', () => {
    const named = Object.values(scriptDescriptions).flatMap(({ files: byLanguage }) =>
      Object.values(byLanguage),
    );
    const packed = files.filter((file) => file.startsWith('media/scripts/'));
    assert.deepEqual([...packed].sort(), named.map((name) => `media/scripts/${name}`).sort());
  });

  it('holds no source, test or setting of ours', () => {
    assert.deepEqual(
      files.filter((file) => /^(src|test|out|node_modules|\.)/.test(file)),
      [],
    );
  });

  it('runs where the workspace is, so that its sockets open where the code runs', () => {
    const { extensionKind }: { extensionKind?: unknown } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    assert.deepEqual(extensionKind, ['workspace']);
  });
});
