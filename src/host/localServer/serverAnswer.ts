import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { parseConnectionUrl } from '../../core/connectionUrl';
import { displayText } from '../../core/displayText';
import { cancelled, Failure } from '../../core/failure';
import { lastReason, localServerUrl, type ServerProgram } from '../../core/localServer';
import { bytes } from '../../core/redisReply';
import type { Connections } from '../connections';
import { readTail } from './fileTail';
import type { ServerKeeper } from './serverKeeper';
import { ServerLog } from './serverLog';

/** A container's image may have to be fetched first. */
const limitMs = { server: 15_000, container: 120_000 } as const;
const askAgainMs = 150;
/** For a server to find that another one has its port, when that other one answered in its place. */
const portLostMs = 500;

/** How the one who waits for a server may follow that, and end it. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Gets the server's last log line. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface AwaitedServer extends Patience {
  readonly program: ServerProgram;
  readonly port: number;
  /** The file to which it writes its log. */
  readonly log: string;
}

/**
 * Waits until the server that was just started answers, and is not another one that came to its port before it.
 * @throws {Failure} `unreachable` with its own reason when it ends, `timeout`, `cancelled`
 */
export async function serverAnswers(
  keeper: ServerKeeper,
  connections: Connections,
  { program, port, log, signal, onProgress }: AwaitedServer,
): Promise<void> {
  const limit = limitMs[program.kind];
  const done = new AbortController();
  const given = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  const ended = async (): Promise<never> => {
    const gone = await keeper.until((server) => server === undefined, limit, given);
    throw await (gone ? startFailure(program, log) : silence(program, limit, log));
  };
  const answered = async (): Promise<void> => {
    while (!given.aborted) {
      const pid = await processAt(connections, port, given);
      if (pid !== undefined) {
        if (pid !== keeper.server?.pid) await delay(portLostMs);
        return;
      }
      const last = (await logText(log)).trim().split('\n').pop() ?? '';
      onProgress?.(displayText(last, 80));
      await delay(askAgainMs);
    }
  };
  try {
    await Promise.race([ended(), answered()]);
    if (signal?.aborted) throw cancelled();
  } finally {
    done.abort();
  }
}

/** The server has ended: says why, in its own words. */
export async function startFailure({ name }: ServerProgram, log: string): Promise<Failure> {
  const reason = lastReason(await logText(log));
  const message =
    reason === ''
      ? vscode.l10n.t('{0} ended before it answered.', name)
      : vscode.l10n.t('{0} ended before it answered: {1}', name, reason);
  return new Failure('unreachable', message, { hint: logHint() });
}

/** The next step after a failure that the server's log explains. */
export function logHint(): string {
  return vscode.l10n.t('Its log is in the output "{0}".', ServerLog.title);
}

async function silence({ kind, name }: ServerProgram, limit: number, log: string): Promise<Failure> {
  const reason = lastReason(await logText(log));
  const message = vscode.l10n.t('{0} did not answer within {1} s. {2}', name, limit / 1_000, reason);
  // So it is with a remote docker context, and inside of a container that uses its host's docker.
  const elsewhere = vscode.l10n.t(
    'If {0} runs its containers on another machine, their ports are not here.',
    name,
  );
  const hint = kind === 'container' ? `${elsewhere} ${logHint()}` : logHint();
  return new Failure('timeout', message.trim(), { hint });
}

/** Process id that the server on a port tells; in a container it is another one than ours. Undefined: none answers yet. */
async function processAt(
  connections: Connections,
  port: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { endpoint } = parseConnectionUrl(localServerUrl(port));
  try {
    return await connections.probe(
      endpoint,
      async (client) => {
        const info = bytes(await client.send(['INFO', 'server'])).toString();
        return Number(/^process_id:(\d+)/m.exec(info)?.[1] ?? 0);
      },
      signal,
    );
  } catch {
    return undefined;
  }
}

async function logText(file: string): Promise<string> {
  return (await readTail(file, 0)).bytes.toString('utf8');
}
