import { Failure } from '../core/failure';
import { toBytes } from '../core/messageValue';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';

/** The one queue or channel of a worker that has one. */
export function onlyTarget(config: BuiltInWorkerConfig): Buffer {
  const target = config.targets[0];
  if (target === undefined) throw new Failure('argument', 'The worker has no target.');
  return toBytes(target.name);
}

/** A number option; the extension host has checked its range. */
export function numberOption(config: BuiltInWorkerConfig, name: string): number {
  return Number(config.options[name]);
}

export function textOption(config: BuiltInWorkerConfig, name: string): string {
  return String(config.options[name]);
}

/** A message of a numbered series: each `{n}` of the template becomes the number. */
export function numberedMessage(template: string, n: number): Buffer {
  return Buffer.from(template.replaceAll('{n}', String(n)));
}
