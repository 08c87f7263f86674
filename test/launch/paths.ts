import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout's top folder, found from wherever this module was compiled to. */
export const root = findRoot(__dirname);

/** Downloaded and installed VS Codes; ignored by git, kept between runs. */
export const vscodeFolder = join(root, '.vscode-test');

/** Everything compiled from test/, in the same layout. */
export const compiledTests = join(root, 'out', 'test');

/** Where the ui suite and `npm start -- --check` put what they saw. */
export const screenshotFolder = join(root, 'out', 'screenshots');

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && 'contributes' in JSON.parse(readFileSync(manifest, 'utf8'))) return folder;
    if (dirname(folder) === folder) throw new Error(`No extension manifest above ${start}`);
  }
}
