import { readdir } from 'node:fs/promises';

/** How the files are called in which windows remember their workers. */
export const recordPrefix = 'workers-';

/** Whether any window of the workspace has left workers. */
export async function hasLeftWorkers(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).some((name) => name.startsWith(recordPrefix));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
