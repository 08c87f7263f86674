import { join } from 'node:path';

/** The absolute path of a template that ships with the extension; `__dirname` is that of its bundle. */
export function scriptTemplatePath(name: string): string {
  return join(__dirname, '..', 'media', 'scripts', name);
}
