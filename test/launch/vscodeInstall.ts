import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { runProcess } from './childProcess';
import { vscodeFolder } from './paths';
import { isAlive } from './processTree';
import { removeFolder } from './tempFolder';

/** A VS Code server as the npm registry has it, with the Node it was made for. */
export interface VscodeRelease {
  readonly name: 'newest' | 'floor';
  /** VS Code's own version. */
  readonly version: string;
  /** Version of the npm package that carries it. */
  readonly codeServer: string;
  readonly node: string;
}

/** The versions the tests run on: the newest one, and the oldest that package.json's `engines.vscode` admits. */
export const releases: Record<VscodeRelease['name'], VscodeRelease> = {
  newest: { name: 'newest', version: '1.139.1', codeServer: '4.139.1', node: '24.21.0' },
  floor: { name: 'floor', version: '1.96.4', codeServer: '4.96.4', node: '20.18.1' },
};

/** An installed VS Code server. */
export interface InstalledVscode {
  readonly release: VscodeRelease;
  /** The Node program to run it with. */
  readonly node: string;
  /** The server's entry script. */
  readonly main: string;
}

const stepLimitMs = 8 * 60_000;
const stamp = '.complete';

/**
 * The server of that release, installed into `.vscode-test/` from the npm registry when it is not there yet. An
 * installation happens under another name and is renamed when complete, so an interrupted one is never used.
 * @throws an Error with npm's last lines when the registry cannot be reached
 */
export async function installVscode(release: VscodeRelease): Promise<InstalledVscode> {
  const folder = join(vscodeFolder, `server-${release.version}`);
  if (!existsSync(join(folder, stamp))) await installInto(folder, release);
  return {
    release,
    node: nodeProgram(folder),
    main: join(serverFolder(folder), 'out', 'server-main.js'),
  };
}

async function installInto(folder: string, release: VscodeRelease): Promise<void> {
  console.log(`Installing VS Code ${release.version} (server, from the npm registry) into ${folder}…`);
  await mkdir(vscodeFolder, { recursive: true });
  await removeInterrupted();
  const work = join(vscodeFolder, `installing-${process.pid}-${randomUUID().slice(0, 8)}`);
  try {
    await npmInstall(work, process.env.PATH ?? '', [
      `code-server@${release.codeServer}`,
      `${nodePackage()}@${release.node}`,
    ]);
    if (release.name === 'floor') await repairFloor(serverFolder(work));
    const path = dirname(nodeProgram(work)) + delimiter + (process.env.PATH ?? '');
    await npmInstall(serverFolder(work), path, ['--omit=dev', '--omit=optional']);
    await writeFile(join(work, stamp), JSON.stringify(release));
    await rename(work, folder).catch((error: unknown) => {
      // Another run may have installed the same release in the meantime; then that one is used.
      if (!existsSync(join(folder, stamp))) throw error;
    });
  } finally {
    await removeFolder(work);
  }
}

/**
 * The package of the old release cannot be installed as it is: its shrinkwrap names a git repository, a newer ripgrep
 * package downloads outside the registry, and its node-pty has no ready-made binary for Linux.
 */
async function repairFloor(server: string): Promise<void> {
  await rm(join(server, 'npm-shrinkwrap.json'), { force: true });
  const file = join(server, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  manifest.dependencies['@vscode/ripgrep'] = '1.15.9';
  manifest.dependencies['node-pty'] = '1.2.0-beta.15';
  await writeFile(file, JSON.stringify(manifest, null, 2));
}

/** Without install scripts: they compile or download, and the server runs without what they would make. */
async function npmInstall(prefix: string, path: string, args: string[]): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const common = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await mkdir(prefix, { recursive: true });
  await runProcess(npm, ['install', '--prefix', prefix, ...common, ...args], {
    limitMs: stepLimitMs,
    cwd: prefix,
    env: { PATH: path },
  });
}

/** Removes what runs left that were killed in the middle of an installation. */
async function removeInterrupted(): Promise<void> {
  for (const name of await readdir(vscodeFolder)) {
    const owner = /^installing-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !(await isAlive(Number(owner)))) await removeFolder(join(vscodeFolder, name));
  }
}

function serverFolder(installation: string): string {
  return join(installation, 'node_modules', 'code-server', 'lib', 'vscode');
}

function nodePackage(): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch}`;
}

function nodeProgram(installation: string): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(installation, 'node_modules', nodePackage(), 'bin', name);
}
