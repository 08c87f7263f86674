import { type Failure, toFailure } from '../core/failure';
import type { FrameKind } from '../core/ringFrame';
import type { RingSource } from '../core/ringSource';

/** So many names go into one command. */
const batchSize = 500;

/**
 * Runs a (un)subscribing command over all sources, many names at a time. Redis refuses a command as a whole when a
 * single name in it is forbidden, so that a batch that was refused is tried again name by name.
 *
 * @returns the sources that were refused, each with the reason
 * @throws {Failure} when the connection broke
 */
export async function subscribeNames(
  sources: readonly RingSource[],
  run: (kind: FrameKind, names: readonly Buffer[]) => Promise<void>,
): Promise<ReadonlyMap<RingSource, Failure>> {
  const refused = new Map<RingSource, Failure>();
  for (const batch of batches(sources)) {
    const failure = await attempt(batch, run);
    if (failure === undefined) continue;
    if (batch.length === 1 || failure.code === 'authentication') {
      for (const source of batch) refused.set(source, failure);
      continue;
    }
    const answers = await Promise.all(batch.map((source) => attempt([source], run)));
    batch.forEach((source, at) => {
      const answer = answers[at];
      if (answer !== undefined) refused.set(source, answer);
    });
  }
  return refused;
}

/** The server's refusal, or undefined. @throws {Failure} any other failure */
async function attempt(
  batch: readonly RingSource[],
  run: (kind: FrameKind, names: readonly Buffer[]) => Promise<void>,
): Promise<Failure | undefined> {
  const [first] = batch;
  if (first === undefined) return undefined;
  try {
    await run(
      first.kind,
      batch.map((source) => source.name),
    );
    return undefined;
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code === 'unreachable' || failure.code === 'timeout' || failure.code === 'internal')
      throw failure;
    return failure;
  }
}

function batches(sources: readonly RingSource[]): RingSource[][] {
  const all: RingSource[][] = [];
  for (const kind of ['message', 'pmessage', 'smessage'] as const) {
    const some = sources.filter((source) => source.kind === kind);
    for (let at = 0; at < some.length; at += batchSize) all.push(some.slice(at, at + batchSize));
  }
  return all;
}
