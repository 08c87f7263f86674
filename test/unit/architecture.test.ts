import assert from 'node:assert/strict';
import { allImports, findCycle, importsOf, type SourceImport, sourceFiles, sourceText } from './importGraph';

const rootFile = 'extension.ts';
const rootLines = 95;

interface Layer {
  /** Folders of ours from which values may come, besides its own. */
  readonly mayImport: readonly string[];
  readonly why: string;
}

const layers: Readonly<Record<string, Layer>> = {
  core: {
    mayImport: [],
    why: 'core/ holds the rules of the product and is tested without VS Code, Redis or a browser.',
  },
  protocol: {
    mayImport: [],
    why: 'protocol/ is only the shape of messages between threads, so that each side can load it without the other.',
  },
  redis: { mayImport: ['core'], why: 'redis/ adapts the client to the ports of core/ and is loaded alone.' },
  capture: {
    mayImport: ['core', 'redis', 'protocol'],
    why: 'capture/ runs in a thread of its own, where nothing of the host exists.',
  },
  webview: {
    mayImport: ['protocol'],
    why: 'webview/ runs in a browser frame: what it knows of us comes as messages.',
  },
  workers: {
    mayImport: ['core', 'redis'],
    why: 'workers/ run as processes in terminals, where nothing of the host exists.',
  },
  host: {
    mayImport: ['core', 'protocol'],
    why: 'host/ gets the Redis client by constructor, so that activation does not load it.',
  },
  [rootFile]: {
    mayImport: ['host', 'redis', 'core'],
    why: 'extension.ts puts the parts together; what a thread or a browser runs is reached by path and messages.',
  },
};

/** The first folder of a file below src/, or the file itself where it lies at the top. */
function layerOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function wrongDirections(imports: readonly SourceImport[]): string[] {
  return imports.flatMap(({ from, to, ours, typeOnly }) => {
    const [source, target] = [layerOf(from), layerOf(to)];
    const layer = layers[source];
    if (layer === undefined) return [`src/${from} belongs to no layer that this test knows.`];
    if (!ours || source === target || layer.mayImport.includes(target)) return [];
    // Types of messages are gone after compilation and tie no bundle to another.
    if (typeOnly && target === 'protocol') return [];
    return [`src/${from} imports src/${to}. ${layer.why}`];
  });
}

function wrongImporters(
  imports: readonly SourceImport[],
  packages: RegExp,
  allowed: readonly string[],
  why: string,
): string[] {
  return imports
    .filter(({ from, to, ours }) => !ours && packages.test(to) && !allowed.includes(layerOf(from)))
    .map(({ from, to }) => `src/${from} imports ${to}. ${why}`);
}

describe('architecture', () => {
  const files = sourceFiles();
  const imports = allImports();

  it('has imports to look at', () => {
    assert.ok(files.length > 100 && imports.filter(({ ours }) => ours).length > 200);
    assert.deepEqual([...new Set(files.map(layerOf))].sort(), Object.keys(layers).sort());
  });

  it('imports in the agreed directions only', () => {
    assert.deepEqual(wrongDirections(imports), []);
  });

  it('has no import cycles', () => {
    const cycle = findCycle(imports);
    assert.equal(
      cycle?.join(' → '),
      undefined,
      'Files of a cycle cannot be understood or tested one by one, and the order in which they load is an accident.',
    );
  });

  it('lets only redis/ know the Redis client', () => {
    const why = 'Another client, or another release of it, must be a change of redis/ alone.';
    assert.deepEqual(wrongImporters(imports, /^(ioredis|redis|@redis\/.*)$/, ['redis'], why), []);
  });

  it('lets only host/ and the root know VS Code', () => {
    const why =
      'What runs in a thread, a process or a browser has no VS Code, and what is pure needs none to be tested.';
    assert.deepEqual(wrongImporters(imports, /^vscode$/, ['host', rootFile], why), []);
  });

  it('keeps core/ and protocol/ free of the outside world', () => {
    const why = 'core/ and protocol/ are pure: files, sockets, processes and clocks come in through ports.';
    const pure = imports.filter(({ from }) => ['core', 'protocol'].includes(layerOf(from)));
    const impure = /^(node:)?(fs|net|tls|http|https|child_process|worker_threads|os)(\/.*)?$/;
    assert.deepEqual(wrongImporters(pure, impure, [], why), []);
  });

  it(`keeps the root within ${rootLines} lines`, () => {
    const lines = sourceText(rootFile).trimEnd().split('\n').length;
    assert.ok(
      lines <= rootLines,
      `src/extension.ts has ${lines} lines. The root reads as a table of contents: what decides anything has a place of its own.`,
    );
  });

  it('has no default exports', () => {
    const found = files.filter((file) =>
      /^\s*export\s+(default\b|\{[^}]*\bas\s+default\b)/m.test(sourceText(file)),
    );
    assert.deepEqual(
      found,
      [],
      'A default export gets another name in every file, and no search finds them all.',
    );
  });

  it('names files for what they are', () => {
    const vague =
      /(^|\/)(utils?|helpers?|managers?|common|misc|shared)(\/|\.ts$)|(Utils?|Helpers?|Manager|Common)\.ts$/;
    const found = files.filter((file) => vague.test(file) || file.endsWith('/index.ts'));
    assert.deepEqual(
      found,
      [],
      'A name that fits anything collects everything; an index file hides where things are.',
    );
  });
});

describe('the reader of imports', () => {
  const files = new Set(['core/a.ts', 'core/b.ts', 'host/log.ts', 'protocol/wire.ts', 'redis/client.ts']);
  const read = (text: string, from = 'core/a.ts') =>
    importsOf(from, text, files).map(({ to, typeOnly }) => `${typeOnly ? 'type ' : ''}${to}`);

  it('tells values from types, in every form', () => {
    assert.deepEqual(read("import { x } from './b';"), ['core/b.ts']);
    assert.deepEqual(read("import type { X } from './b';"), ['type core/b.ts']);
    assert.deepEqual(read("import {\n  type X,\n  y,\n} from './b';"), ['core/b.ts']);
    assert.deepEqual(read("import * as all from '../host/log';"), ['host/log.ts']);
    assert.deepEqual(read("import './b';"), ['core/b.ts']);
    assert.deepEqual(read("export { x } from './b';"), ['core/b.ts']);
    assert.deepEqual(read("export type { X } from './b';"), ['type core/b.ts']);
    assert.deepEqual(read("const x = await import('./b');"), ['core/b.ts']);
    assert.deepEqual(read("let x: typeof import('./b');"), ['type core/b.ts']);
    assert.deepEqual(read("import Redis from 'ioredis';"), ['ioredis']);
    assert.deepEqual(read("// import { x } from './b';\n/* import './b'; */"), []);
  });

  it('does not overlook a wrong direction', () => {
    const wrong = (from: string, text: string) => wrongDirections(importsOf(from, text, files)).length;
    assert.equal(wrong('core/a.ts', "import { log } from '../host/log';"), 1);
    assert.equal(wrong('core/a.ts', "import type { Log } from '../host/log';"), 1);
    assert.equal(wrong('core/a.ts', "import { wire } from '../protocol/wire';"), 1);
    assert.equal(wrong('core/a.ts', "import type { Wire } from '../protocol/wire';"), 0);
    assert.equal(wrong('host/log.ts', "import { client } from '../redis/client';"), 1);
    assert.equal(wrong('extension.ts', "const redis = import('./redis/client');"), 0);
  });

  it('finds a cycle of values, but not one of types', () => {
    const b = importsOf('core/b.ts', "import { a } from './a';", files);
    const value = importsOf('core/a.ts', "import { b } from './b';", files);
    const type = importsOf('core/a.ts', "import type { B } from './b';", files);
    assert.deepEqual(findCycle([...b, ...value]), ['core/b.ts', 'core/a.ts', 'core/b.ts']);
    assert.equal(findCycle([...b, ...type]), undefined);
  });
});
