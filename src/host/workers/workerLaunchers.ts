import { displayText } from '../../core/displayText';
import type { GroupDefinition, Worker } from '../../core/workerGroups';
import {
  launcherTerminal,
  plainTerminalName,
  type WorkerRuntime,
  workerTerminalName,
} from '../../core/workerLaunch';
import { programIcon, programName } from '../../core/workerProgram';
import type { StopLimits, WorkerCommand } from '../../protocol/workerLease';
import type { Connections } from '../connections';
import type { LeaseServer } from './leaseServer';
import { makeCommand } from './makeCommand';
import { WorkerTerminals } from './workerTerminals';

/** Where the terminal of a worker opens, and when its program starts. */
export interface Place {
  /** The worker beside whose terminal it is split. */
  readonly beside?: string | undefined;
  /** The terminal opens at once, but the program starts only after this. */
  readonly after?: Promise<unknown> | undefined;
}

/** The launchers of this window's workers, each in a terminal of its own, and what they are given to run. */
export class WorkerLaunchers {
  private readonly terminals = new WorkerTerminals();
  /** Fires when a worker's terminal was closed by hand. */
  readonly onDidClose = this.terminals.onDidClose;

  constructor(
    private readonly lease: LeaseServer,
    private readonly connections: Connections,
    private readonly runtime: WorkerRuntime,
    private readonly crashes: (worker: string) => number,
  ) {}

  /** Opens a terminal with a launcher for that worker of a group. In one turn for all of them; see WorkerTerminals. */
  open(group: GroupDefinition, worker: Pick<Worker, 'id' | 'number'>, { beside, after }: Place = {}): void {
    const { id, number } = worker;
    const token = this.lease.expect(id, async () => {
      await after;
      return this.command(group, worker);
    });
    const lease = { address: this.lease.address, worker: id, token };
    const description = launcherTerminal(terminalName(group, number), this.runtime, lease);
    this.terminals.create(id, description, programIcon(group.program), beside);
  }

  /** Has the launcher of an ended worker run it again. Returns false when that or its terminal is gone. */
  runAgain(group: GroupDefinition, worker: Worker): boolean {
    const { id } = worker;
    return this.terminals.has(id) && this.lease.runAgain(id, () => this.command(group, worker));
  }

  /** Opens a terminal with a new launcher in the place of an old one. */
  replace(group: GroupDefinition, worker: Worker): void {
    const old = this.terminals.release(worker.id);
    this.open(group, worker);
    old?.dispose();
  }

  /** Finds the terminal of a launcher that the last host of this window had. */
  async adopt(worker: string, launcherPid: number): Promise<void> {
    await this.terminals.adopt(worker, launcherPid);
  }

  /** Asks a worker to end, gently first. Returns false when its launcher is not connected. */
  stop(worker: string, limits: StopLimits): boolean {
    return this.lease.stop(worker, limits);
  }

  /** Closes a worker's terminal, and with it the launcher; `onDidClose` does not tell of it. */
  close(worker: string): void {
    this.terminals.release(worker)?.dispose();
  }

  /** Closes a worker's terminal and speaks no more to its launcher. */
  forget(worker: string): void {
    this.lease.forget(worker);
    this.close(worker);
  }

  /** Returns false when the worker's terminal is gone. */
  show(worker: string, preserveFocus: boolean): boolean {
    return this.terminals.show(worker, preserveFocus);
  }

  /** Types into a worker's terminal. Returns false when it is gone. */
  type(worker: string, keys: string): boolean {
    return this.terminals.type(worker, keys);
  }

  /** What stands on a worker's terminal. */
  name(worker: string): string | undefined {
    return this.terminals.name(worker);
  }

  /** Lets go of the launchers without ending them. */
  dispose(): void {
    this.lease.dispose();
    this.terminals.dispose();
  }

  /** Made only when the launcher asks, so that nobody holds the secret in the meantime. */
  private async command(
    group: GroupDefinition,
    { id, number }: Pick<Worker, 'id' | 'number'>,
  ): Promise<WorkerCommand> {
    const command = await makeCommand(group, number, this.connections, this.runtime);
    if (group.restarts === 0) return command;
    return { ...command, restart: { most: group.restarts, crashes: this.crashes(id) } };
  }
}

function terminalName({ program, targets, connection }: GroupDefinition, number: number): string {
  if (program.kind === 'redisCli')
    return plainTerminalName(`redis-cli · ${displayText(connection.name, 60)}`);
  return workerTerminalName(programName(program), number, targets);
}
