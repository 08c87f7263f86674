import type { Worker } from 'node:worker_threads';

/** Until a thread of a measurement tells a word. @throws what the thread throws */
export function heard(worker: Worker, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message) => {
      if (message === word) resolve();
    });
  });
}
