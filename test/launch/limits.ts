import { setTimeout as delay } from 'node:timers/promises';

/**
 * The promise's value, or a rejection once `limitMs` milliseconds have passed.
 * @param what completes the sentence "… took longer than N s"
 * @throws the promise's own error, or an Error naming what took too long
 */
export async function within<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again and again until the answer is not `undefined`. For conditions that announce themselves by no event.
 * @param what completes the sentence "… took longer than N s"
 * @param everyMs pause between two questions, in milliseconds
 * @throws an Error naming what took too long, or whatever `probe` throws
 */
export async function until<T>(
  limitMs: number,
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  everyMs = 50,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} took longer than ${limitMs / 1000} s`);
    await delay(everyMs);
  }
}
