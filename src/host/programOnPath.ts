import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The program that a path or a name means: an absolute path itself, a name the first of that name on the PATH, of which
 * relative folders are passed over, since they mean whatever folder is open.
 * @returns its absolute path; undefined where there is none, or it may not be run
 */
export async function programOf(pathOrName: string): Promise<string | undefined> {
  if (isAbsolute(pathOrName)) return (await isProgram(pathOrName)) ? pathOrName : undefined;
  if (/[\\/]/.test(pathOrName)) return undefined;
  const file = process.platform === 'win32' && !/\.exe$/i.test(pathOrName) ? `${pathOrName}.exe` : pathOrName;
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, file);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
