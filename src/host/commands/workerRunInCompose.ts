import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { readComposeFile } from '../../core/workspaceRedis/composeFile';
import { workspaceFileKind } from '../../core/workspaceRedis/workspaceFile';
import type { Endpoint } from '../../protocol/endpoint';
import { askPick, askText } from '../ask';
import type { CommandHandler } from '../commandRunner';
import { plainLabel } from '../plainText';
import { requireTrust } from '../requireTrust';
import { chosenScript } from '../workers/askScript';
import { askCopies } from '../workers/askWorker';
import { startDefined } from '../workers/startDefined';
import type { WorkerServices } from '../workers/workerCommand';
import { chosenTarget, definitionOf, runGivenScript } from './workerRunScript';

interface FoundService {
  readonly file: string;
  readonly service: string;
  /** Services of the same file that serve Redis, with their ports inside. */
  readonly redis: readonly { readonly name: string; readonly port: number }[];
}

/** As `worker.runScript`; interactively it asks for the service of a compose file in which the script shall run. */
export function workerRunInCompose(services: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust();
    if (!invocation.interactive) return runGivenScript(services, invocation);
    const script = await chosenScript(invocation);
    const { file, service, redis } = await chosenService();
    const { target, connection, name } = await chosenTarget(services, invocation, script);
    const endpoint = await services.connections.endpoint(connection);
    const reached = await askRedis(endpoint, redis);
    const count = await askCopies(vscode.l10n.t('How many copies of {0}?', name), 1, 1);
    const compose = { file, service, ...reached };
    const definition = definitionOf({ script, target, connection, count, compose });
    return (await startDefined(services, invocation, [definition]))[0];
  };
}

async function chosenService(): Promise<FoundService> {
  const uris = await vscode.workspace.findFiles(
    '**/{compose,docker-compose}*.{yaml,yml}',
    '**/node_modules/**',
    50,
  );
  const found: FoundService[] = [];
  for (const uri of uris.filter(({ scheme }) => scheme === 'file')) {
    const path = vscode.workspace.asRelativePath(uri).replaceAll('\\', '/');
    if (workspaceFileKind(path) === undefined) continue;
    const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
    const { services } = readComposeFile({ path, text }, new Map());
    const redis = services.filter(({ isRedis }) => isRedis).map(({ name, port }) => ({ name, port }));
    found.push(
      ...services
        .filter(({ isRedis }) => !isRedis)
        .map(({ name }) => ({ file: uri.fsPath, service: name, redis })),
    );
  }
  if (found.length === 0) {
    throw new Failure('notFound', vscode.l10n.t('No compose file of this workspace has a service for it.'), {
      hint: vscode.l10n.t('Run the script on this machine instead, or add a service that runs its language.'),
    });
  }
  return askPick(
    vscode.l10n.t('In which service?'),
    found.map((each) => ({
      label: `$(package) ${plainLabel(displayText(each.service, 60))}`,
      description: plainLabel(vscode.workspace.asRelativePath(each.file)),
      value: each,
    })),
  );
}

/** In a container localhost is the container itself, so a connection on this machine needs another name there. */
async function askRedis(
  endpoint: Pick<Endpoint, 'host' | 'port' | 'path'>,
  redis: FoundService['redis'],
): Promise<{ redisHost?: string; redisPort?: number }> {
  const elsewhere = endpoint.path === undefined && !/^(localhost|127\.|::1$|0\.0\.0\.0$)/.test(endpoint.host);
  if (elsewhere) return {};
  const [first] = redis;
  const text = await askText({
    title: vscode.l10n.t('Where does the service reach Redis?'),
    prompt: vscode.l10n.t('Host and port; in a container, {0} is the container itself', endpoint.host),
    value: first === undefined ? `host.docker.internal:${endpoint.port}` : `${first.name}:${first.port}`,
    check: hostAndPort,
  });
  return hostAndPort(text);
}

function hostAndPort(text: string): { redisHost: string; redisPort: number } {
  const [, redisHost = '', port = ''] = /^([^\s:/@]+):(\d{1,5})$/.exec(text.trim()) ?? [];
  const redisPort = Number(port);
  if (redisHost !== '' && redisPort >= 1 && redisPort <= 65_535) return { redisHost, redisPort };
  throw new Failure('argument', vscode.l10n.t('Enter a host and a port, for example {0}.', 'redis:6379'));
}
