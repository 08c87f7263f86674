import * as vscode from 'vscode';
import { mostCopies } from '../../core/savedWorker';
import { targetBytes } from '../../core/workerLaunch';
import {
  templateDescriptions,
  templateDetail,
  templateName,
  type WorkerTemplate,
  workerOptions,
  workerTemplates,
} from '../../core/workerTemplates';
import type { WorkerTarget } from '../../protocol/workerLease';
import { askPick } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler, Invocation } from '../commandRunner';
import { confirmed, targetConnection } from '../commandTarget';
import { queueDirection } from '../queueDirections';
import { requireTrust } from '../requireTrust';
import { setting } from '../settings';
import { askOptions } from '../workers/askOptions';
import { askCopies } from '../workers/askWorker';
import { requireWritable } from '../workers/definedWorkers';
import { startedGroup, type WorkerServices } from '../workers/workerCommand';
import { runGivenScript } from './workerRunScript';
import { chooseTargets } from './workerTargets';

/**
 * `{template, target | targets | patterns, connection?, count?, options?, restartOnCrash?, confirmed?}` →
 * `{group, workers: [{id, name, pid}]}` once each of the `count` copies runs; or `{script, …}` as for worker.runScript.
 * `queue`, `stream`, `channel` and `pattern` name a target, too. `options` are those of the template: see workerTemplates.
 * `restartOnCrash` is true, or how many times in a row. On production one that writes needs `confirmed: true`.
 *
 * With `asksOptions`, a person sees the options before it starts.
 */
export function workerStart(
  services: WorkerServices,
  { asksOptions = false }: { readonly asksOptions?: boolean } = {},
): CommandHandler {
  return async (invocation) => {
    requireTrust();
    const { connections, workers } = services;
    if (invocation.args.has('script')) return runGivenScript(services, invocation);
    const profile = await targetConnection(connections, invocation);
    const template = await chooseTemplate(invocation);
    requireWritable(profile, template);
    const targets = await chooseTargets(services, invocation, profile, template);
    for (const target of targets) targetBytes(target);
    const given = invocation.args.record('options') ?? {};
    const preset = workerOptions(template, withDirection(template, targets, given));
    const count = await chooseCount(invocation, template);
    const options = asksOptions && invocation.interactive ? await askOptions(template, preset) : preset;
    const { id, name } = profile;
    const connection = { id, name };
    if (profile.production && templateDescriptions[template].writes) {
      await confirmed(invocation, {
        question: vscode.l10n.t('Start the {0} on production?', templateName(template)),
        detail: templateDetail(template),
        action: vscode.l10n.t('Start'),
        destroysOn: profile,
      });
    }
    const program = { kind: 'builtIn', template, options } as const;
    const definition = { program, targets, connection, restarts: givenRestarts(invocation) };
    const [group] = await workers.launch([{ definition, count }]);
    return startedGroup(await workers.started(group.id));
  };
}

/** How many crashes in a row are answered by a restart: none, unless the call says otherwise. */
function givenRestarts({ args }: Invocation): number {
  const given = args.all.restartOnCrash;
  if (typeof given === 'boolean') return given ? setting('worker.restarts') : 0;
  return args.count('restartOnCrash', 0, 1_000) ?? 0;
}

async function chooseTemplate({ args, node, interactive }: Invocation): Promise<WorkerTemplate> {
  const given = args.oneOf<WorkerTemplate>('template', workerTemplates);
  if (given !== undefined) return given;
  if (!interactive) throw missingArgument('template');
  const fitting = workerTemplates.filter((template) => fits(template, node?.kind));
  return askPick(
    vscode.l10n.t('Start which worker?'),
    fitting.map((template) => ({
      label: `$(${templateDescriptions[template].icon}) ${templateName(template)}`,
      description: templateDetail(template),
      value: template,
    })),
  );
}

/** Whether a template can run on what was clicked: everything can on a connection or from the palette. */
function fits(template: WorkerTemplate, nodeKind: string | undefined): boolean {
  const { targetKind } = templateDescriptions[template];
  switch (nodeKind) {
    case 'queue':
    case 'queues':
      return targetKind === 'queue';
    case 'stream':
    case 'streams':
      return targetKind === 'stream';
    case 'channel':
    case 'channels':
      return targetKind === 'channel';
    case 'pattern':
      return template === 'channelSubscriber';
    default:
      return true;
  }
}

/** A queue is consumed from the end that the settings name, unless the call says otherwise. */
function withDirection(
  template: WorkerTemplate,
  targets: readonly WorkerTarget[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const queue = targets[0];
  if (!Object.hasOwn(templateDescriptions[template].options, 'consume') || queue === undefined) return given;
  return { consume: queueDirection(targetBytes(queue)).end, ...given };
}

async function chooseCount({ args, interactive }: Invocation, template: WorkerTemplate): Promise<number> {
  const given = args.count('count', 1, mostCopies);
  // Its queues were asked for already.
  if (given === undefined && template === 'priorityWorker') return 1;
  if (given !== undefined || !interactive) return given ?? 1;
  return askCopies(vscode.l10n.t('How many copies of the {0}?', templateName(template)), 1, 1);
}
