import { runProcess } from './childProcess';
import { installDebianPackage } from './debianPackage';
import { findProgram } from './findProgram';

const stepLimitMs = 60_000;

/**
 * A Python that has redis-py. Debian's own is tried first, because Debian's python3-redis is seen by no other.
 * @returns the interpreter's path
 * @throws an Error with the one command that gets redis-py
 */
export async function findPythonRedis(): Promise<string> {
  const found = await firstWithRedis();
  if (found) return found;
  if (await installDebianPackage('python3-redis')) {
    const now = await firstWithRedis();
    if (now) return now;
  }
  throw new Error('No Python with redis-py was found. Get it with: python3 -m pip install redis');
}

async function firstWithRedis(): Promise<string | undefined> {
  for (const candidate of ['/usr/bin/python3', 'python3', 'python']) {
    const program = await findProgram([candidate]);
    if (!program) continue;
    try {
      await runProcess(program, ['-c', 'import redis'], { limitMs: stepLimitMs });
      return program;
    } catch {
      // It has no redis-py; the next one may.
    }
  }
  return undefined;
}
