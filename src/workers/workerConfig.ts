import { Failure } from '../core/failure';
import { MessageTemplate } from '../core/messageTemplate';
import { toBytes } from '../core/messageValue';
import type { BuiltInWorkerConfig } from '../protocol/workerLease';

/** The one queue, stream or channel of a worker that has one. */
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

export function flagOption(config: BuiltInWorkerConfig, name: string): boolean {
  return config.options[name] === true;
}

/** Which end of the queue is taken from, by Redis's letter: the tail is the right one. */
export function consumedSide(config: BuiltInWorkerConfig): 'L' | 'R' {
  return textOption(config, 'consume') === 'head' ? 'L' : 'R';
}

/** The command that pushes at the end where producers do: the other one than is consumed. */
export function producerPush(config: BuiltInWorkerConfig): 'LPUSH' | 'RPUSH' {
  return consumedSide(config) === 'L' ? 'RPUSH' : 'LPUSH';
}

/** The name of a further key of a worker, in which `{queue}` stands for the queue's, whatever its bytes. */
export function keyOption(config: BuiltInWorkerConfig, name: string): Buffer {
  const queue = onlyTarget(config);
  const parts = textOption(config, name).split('{queue}');
  return Buffer.concat(
    parts.flatMap((part, index) => (index === 0 ? [Buffer.from(part)] : [queue, Buffer.from(part)])),
  );
}

export function templateOption(config: BuiltInWorkerConfig, name: string): MessageTemplate {
  return MessageTemplate.parse(textOption(config, name));
}

/** All queues of a worker that has several, in the order in which they were named. */
export function allTargets(config: BuiltInWorkerConfig): Buffer[] {
  return config.targets.map(({ name }) => toBytes(name));
}
