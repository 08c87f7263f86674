/*
 * Builds what ships (dist/) and, with --tests, what tests it (out/).
 *
 *   node esbuild.js [--production] [--tests] [--watch]
 *
 * Every process and thread of the product has a bundle of its own, so that activation reads only the host's:
 * the Redis client, the capture thread and the workers are separate files, loaded by path when first needed.
 */
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');

/** What the root imports dynamically, as a bundle of its own that is loaded at run time. */
const separateBundles = {
  name: 'separate-bundles',
  setup(build) {
    build.onResolve({ filter: /\/(?:redis\/openConnection|host\/onDemand)$/ }, ({ kind, path: target }) => {
      const bundle = target.endsWith('/onDemand') ? './onDemand.js' : './redis.js';
      return kind === 'dynamic-import' ? { path: bundle, external: true } : undefined;
    });
  },
};

/** The modules of assembly/ by path, each compiled once for all bundles that hold it. */
const assembled = new Map();

/** Compiles AssemblyScript. @returns the bytes of the WebAssembly module */
async function assemble(file) {
  const { default: asc } = await import('assemblyscript/asc');
  const outFile = 'module.wasm';
  let binary;
  const { error, stderr } = await asc.main(
    [
      file,
      '--outFile',
      outFile,
      '-O3',
      '--runtime',
      'stub',
      '--importMemory',
      '--enable',
      'simd',
      '--noAssert',
    ],
    {
      writeFile: (name, contents) => {
        if (name === outFile) binary = contents;
      },
    },
  );
  if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
  return binary;
}

/** What is imported as `assembly/….wasm` is AssemblyScript of the same name. */
const assembly = {
  name: 'assembly',
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, ({ path: target, resolveDir }) => ({
      path: path.join(resolveDir, target.replace(/\.wasm$/, '.ts')),
      namespace: 'assembly',
    }));
    build.onLoad({ filter: /.*/, namespace: 'assembly' }, async ({ path: file }) => {
      const relative = path.relative(process.cwd(), file);
      if (!assembled.has(relative)) assembled.set(relative, assemble(relative));
      const text = Buffer.from(await assembled.get(relative)).toString('base64');
      return { contents: `export const code = Buffer.from('${text}', 'base64');`, watchFiles: [file] };
    });
  },
};

/** Renders the extension's icon, since the Marketplace takes no SVG. */
function renderIcon() {
  const { Resvg } = require('@resvg/resvg-js');
  const svg = fs.readFileSync('media/icon.svg', 'utf8');
  fs.mkdirSync('dist', { recursive: true });
  fs.writeFileSync(
    'dist/icon.png',
    new Resvg(svg, { fitTo: { mode: 'width', value: 128 } }).render().asPng(),
  );
}

function testFiles(folder = 'test') {
  return fs.readdirSync(folder, { recursive: true }).flatMap((name) => {
    const file = path.join(folder, name);
    return file.endsWith('.ts') && !file.endsWith('.d.ts') ? [file] : [];
  });
}

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

// ES modules first: the UMD build of jsonc-parser loads its parts in a way that no bundler can follow.
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'] };

const builds = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    external: ['vscode'],
    plugins: [separateBundles],
  },
  {
    ...node,
    entryPoints: { onDemand: 'src/host/onDemand.ts' },
    outdir: 'dist',
    external: ['vscode'],
  },
  {
    ...node,
    plugins: [assembly],
    entryPoints: {
      redis: 'src/redis/openConnection.ts',
      capture: 'src/capture/captureThread.ts',
      workers: 'src/workers/main.ts',
    },
    outdir: 'dist',
  },
  {
    ...shared,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: { traffic: 'src/webview/traffic/main.ts' },
    outdir: 'dist/webview',
    tsconfig: 'src/webview/traffic/tsconfig.json',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];

if (flags.has('--tests')) {
  builds.push({
    ...node,
    minify: false,
    sourcemap: 'inline',
    entryPoints: testFiles(),
    outbase: 'test',
    outdir: 'out/test',
    packages: 'external',
    external: ['vscode'],
    plugins: [assembly],
  });
}

async function main() {
  renderIcon();
  if (!flags.has('--watch')) {
    await Promise.all(builds.map((options) => esbuild.build(options)));
    return;
  }
  const report = {
    name: 'report',
    setup(build) {
      build.onStart(() => console.log('[watch] build started'));
      build.onEnd(() => console.log('[watch] build finished'));
    },
  };
  const contexts = await Promise.all(
    builds.map((options) => esbuild.context({ ...options, plugins: [...(options.plugins ?? []), report] })),
  );
  await Promise.all(contexts.map((context) => context.watch()));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
