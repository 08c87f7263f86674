import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { root } from '../launch/paths';

/** One import of a source file. */
export interface SourceImport {
  /** Importing file below src/, with forward slashes, e.g. `host/log.ts`. */
  readonly from: string;
  /** Imported file below src/, or the name of a package. */
  readonly to: string;
  readonly ours: boolean;
  /** Gone after compilation: `import type`, `export type` or `typeof import()`. */
  readonly typeOnly: boolean;
}

const statement = /^[ \t]*(?:import|export)\s+(?:(type)\s+)?(?:[\w*\s{},$]+?\s+from\s+)?'([^']+)'/gm;
const call = /(typeof\s+)?\b(?:import|require)\(\s*'([^']+)'\s*\)/g;

/** Every TypeScript file below src/, with forward slashes. */
export function sourceFiles(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => name.split(sep).join('/'))
    .sort();
}

/** The text of a file below src/. */
export function sourceText(file: string): string {
  return readFileSync(join(root, 'src', file), 'utf8');
}

/**
 * The imports that a file's text has.
 * @param files all files below src/, among which relative imports are looked up
 * @throws an Error for a relative import of what is not there
 */
export function importsOf(from: string, text: string, files: ReadonlySet<string>): SourceImport[] {
  const code = withoutComments(text);
  return [...code.matchAll(statement), ...code.matchAll(call)].flatMap(
    ([, type, specifier = '']): SourceImport[] => {
      const typeOnly = type !== undefined;
      if (!specifier.startsWith('.')) return [{ from, to: specifier, ours: false, typeOnly }];
      const path = posix.join(posix.dirname(from), specifier);
      if (/\.(css|ttf|wasm)$/.test(path)) return [];
      const to = [`${path}.ts`, `${path}/index.ts`].find((name) => files.has(name));
      if (to === undefined) throw new Error(`${from} imports ${specifier}, which this test cannot find`);
      return [{ from, to, ours: true, typeOnly }];
    },
  );
}

/** The imports of all of src/. */
export function allImports(): SourceImport[] {
  const files = sourceFiles();
  const known = new Set(files);
  return files.flatMap((file) => importsOf(file, sourceText(file), known));
}

/**
 * The first cycle among value imports, as the files on it with the first one again at the end; undefined where there is
 * none.
 */
export function findCycle(imports: readonly SourceImport[]): readonly string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to, ours, typeOnly } of imports) {
    if (ours && !typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of next.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Without block comments and lines that are comments as a whole: examples in them import nothing. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
}
