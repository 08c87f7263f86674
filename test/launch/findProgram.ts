import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The first of these programs that is there.
 * @param names program names to look for on the PATH, or absolute paths
 * @returns its full path, or `undefined`
 */
export async function findProgram(names: string[]): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const name of names) {
    const places = isAbsolute(name)
      ? [name]
      : folders.flatMap((folder) => endings.map((end) => join(folder, name + end)));
    for (const place of places) {
      if (await isExecutable(place)) return place;
    }
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
