/**
 * The first thing every npm script runs: makes a fresh checkout ready, then runs one compiled command.
 *
 *   node test/launch/bootstrap.mjs <test|start|bench|soak> [arguments of that command]
 *
 * Plain JavaScript without dependencies, because nothing is installed yet when it starts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const commands = ['test', 'start', 'bench', 'soak'];

/** Ends the run with one sentence; the step's own output has been shown before it. */
function fail(sentence) {
  console.error(`\n${sentence}`);
  process.exit(1);
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/**
 * True when every package the lock file asks for is installed in that version. Packages for other platforms are
 * optional and may be absent. Compared by content: file times say nothing after a git checkout.
 */
function dependenciesAreInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const present = installed[path];
    return present === undefined
      ? entry.optional === true || entry.devOptional === true
      : present.version === entry.version;
  });
}

function runStep(program, args) {
  // npm is a .cmd file on Windows, which only a shell can start; the arguments are constants of this file.
  return spawnSync(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
}

function ensureDependencies() {
  if (dependenciesAreInstalled()) return;
  console.log('Installing dependencies (npm ci)…');
  const result = runStep('npm', ['ci', '--no-audit', '--no-fund']);
  if (result.error)
    fail(`npm could not be started (${result.error.message}). Install Node 20 with npm and try again.`);
  if (result.status !== 0)
    fail(`"npm ci" ended with code ${result.status}. Is the npm registry reachable from here? (npm ping)`);
}

/** A test whose source was deleted or renamed must not run on: removes compiled files without a source. */
function removeStaleTests() {
  const compiled = join(root, 'out', 'test');
  if (!existsSync(compiled)) return;
  for (const name of readdirSync(compiled, { recursive: true })) {
    const source = join(root, 'test', name.replace(/\.js$/, '.ts'));
    if (name.endsWith('.js') && !existsSync(source)) rmSync(join(compiled, name));
  }
}

function build() {
  removeStaleTests();
  const result = runStep(process.execPath, ['esbuild.js', '--tests']);
  if (result.status !== 0)
    fail(`The build (node esbuild.js --tests) ended with code ${result.status}; its messages are above.`);
}

const [command, ...rest] = process.argv.slice(2);
if (!commands.includes(command))
  fail(`Usage: node test/launch/bootstrap.mjs <${commands.join('|')}> [arguments]`);
if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node 20 or newer is needed; this is ${process.version}.`);

ensureDependencies();
build();

// In this same process, so that Ctrl+C and signals reach the command without being passed on.
const script = join(root, 'out', 'test', 'launch', `${command}.js`);
if (!existsSync(script)) fail(`There is no command "${command}" in this checkout (${script}).`);
process.chdir(root);
process.argv = [process.argv[0], script, ...rest];
await import(pathToFileURL(script).href);
