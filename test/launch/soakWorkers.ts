/**
 * `npm run soak -- workers`: 20 workers are started, crashed, scaled and stopped in random order, 10 times, with reloads of
 * the window between and one killed extension host. Prints one JSON line `{rounds, orphans, wrongStates, lost}`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandTitle } from './commandTitle';
import { until } from './limits';
import { isAlive, processesWithArgument, signal } from './processTree';
import { startRedis } from './redisServer';
import { Teardown } from './teardown';
import { tempFolder } from './tempFolder';
import { openWindow, type VscodeWindow } from './window';

const rounds = 10;
const groups = 4;
const copies = 5;
const stepMs = 60_000;
const leaseSeconds = 30;

/** Runs until it is stopped; its process can be found by its path. */
const script = `
process.on('SIGINT', () => process.exit(0));
setInterval(() => {}, 1000);
console.log('works on', process.env.REDIS_QUEUE);
`;

interface Result {
  rounds: number;
  /** Processes of workers that nothing in the view stands for. */
  orphans: number;
  /** Lines of the view that say what is not so. */
  wrongStates: number;
  /** Workers that run, or should, and are not in the view. */
  lost: number;
}

/** What the view says of a group. */
interface Shown {
  readonly pids: readonly number[];
  readonly ended: number;
}

/** @throws an Error when a count but the rounds' is above 0 */
export async function soakWorkers(): Promise<void> {
  const teardown = new Teardown();
  teardown.onSignals();
  try {
    process.env.TMPDIR = await tempFolder(teardown, 'soak');
    const redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    const folder = await tempFolder(teardown, 'workers');
    const names = Array.from({ length: groups }, (_, index) => `soak${index}.js`);
    for (const name of names) await writeFile(join(folder, name), script);
    const saved = names.map((name, index) => [
      name.replace('.js', ''),
      { script: name, queue: `q${index}`, count: copies },
    ]);
    const window = await openWindow({
      folder,
      // A list draws only the rows that fit, and all are read.
      size: { width: 1440, height: 2400 },
      settings: { 'redisMessaging.worker.leaseSeconds': leaseSeconds },
      machineSettings: {
        'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
        'redisMessaging.interpreters': { '.js': process.execPath },
        'redisMessaging.workers': Object.fromEntries(saved),
      },
    });
    teardown.add('the window', () => window.close());
    const soak = new WorkerSoak(window, folder, names);
    const result = await soak.run().catch(async (error: unknown) => {
      console.error(`See ${await window.screenshot('soak-workers-failed')}`);
      throw error;
    });
    console.log(JSON.stringify(result));
    if (result.orphans + result.wrongStates + result.lost > 0) throw new Error('The workers did not hold');
  } finally {
    await teardown.finish();
  }
}

class WorkerSoak {
  private readonly result: Result = { rounds: 0, orphans: 0, wrongStates: 0, lost: 0 };
  /** How many of each script should run. */
  private readonly wanted = new Map<string, number>();

  constructor(
    private readonly window: VscodeWindow,
    private readonly folder: string,
    private readonly names: readonly string[],
  ) {}

  async run(): Promise<Result> {
    await this.openView();
    for (let round = 1; round <= rounds; round++) {
      for (const name of shuffled(this.names)) await this.start(name);
      await this.settled('started');
      for (const name of shuffled(this.names)) await pick([() => this.crash(name), () => this.scale(name)])();
      await this.settled('crashed and scaled');
      if (round === Math.ceil(rounds / 2)) await this.killHost();
      else await this.window.reload();
      await this.openView();
      await this.settled('taken over');
      await this.stopAll();
      this.result.rounds = round;
      console.log(`round ${round}: ${JSON.stringify(this.result)}`);
    }
    return this.result;
  }

  /** A window that is being restored may take the click that opens the sidebar for one that closes it. */
  private async openView(): Promise<void> {
    await this.window.openSidebar().catch(() => this.window.openSidebar());
  }

  private async start(name: string): Promise<void> {
    // Not by the button of its row: the lines of the view are still being drawn anew for the one that was started before.
    await this.window.runCommand(commandTitle('redisMessaging.worker.runSaved'));
    await this.window.pick(name.replace('.js', ''));
    this.wanted.set(name, copies);
    await this.group(name).waitFor({ timeout: stepMs });
    await this.shows(name, (shown) => shown.pids.length === copies);
  }

  /** Kills some at once, as a fault of theirs would. */
  private async crash(name: string): Promise<void> {
    const victims = shuffled(await this.pids(name)).slice(0, 1 + Math.floor(Math.random() * 2));
    for (const pid of victims) signal(pid, 'SIGKILL');
    this.wanted.set(name, (this.wanted.get(name) ?? 0) - victims.length);
    await this.shows(name, ({ ended }) => ended === victims.length);
  }

  private async scale(name: string): Promise<void> {
    const [id, by] = pick([
      ['redisMessaging.worker.scaleUp', 1] as const,
      ['redisMessaging.worker.scaleDown', -1] as const,
    ]);
    const row = this.group(name);
    await row.hover();
    await row.getByRole('button', { name: buttonTitle(id) }).click();
    const count = (this.wanted.get(name) ?? 0) + by;
    this.wanted.set(name, count);
    await this.shows(name, ({ pids }) => pids.length === count);
  }

  private async stopAll(): Promise<void> {
    await this.window.runCommand(commandTitle('redisMessaging.worker.stopAll'));
    for (const name of this.names) {
      this.wanted.set(name, 0);
      await this.shows(name, ({ pids }) => pids.length === 0);
    }
    await this.settled('stopped');
    await this.window.runCommand(commandTitle('redisMessaging.worker.dismiss'));
    await this.window.page.getByText(/^All \d+ that have ended$/).click();
    for (const name of this.names) await this.group(name).waitFor({ state: 'detached', timeout: stepMs });
  }

  /** Ends the extension host as a fault of it would. VS Code then asks to reload the window, and so it is done. */
  private async killHost(): Promise<void> {
    const hosts = await processesWithArgument('--type=extensionHost');
    const own: number[] = [];
    for (const pid of hosts) if (await isOurs(pid)) own.push(pid);
    if (own.length === 0) throw new Error('No extension host was found');
    for (const pid of own) signal(pid, 'SIGKILL');
    await this.window.reload();
  }

  /** Compares what the view says with the processes that there are, until they agree or the time is over. */
  private async settled(when: string): Promise<void> {
    let last: Omit<Result, 'rounds'> = { orphans: 0, wrongStates: 0, lost: 0 };
    try {
      await until(stepMs, `${when}: the view and the processes agreeing`, async () => {
        last = await this.compared();
        return last.orphans + last.wrongStates + last.lost === 0 ? true : undefined;
      });
    } catch (error) {
      console.log(`${(error as Error).message}: ${JSON.stringify(last)}`);
      await this.window.screenshot(`soak-workers-${when}`);
      this.result.orphans += last.orphans;
      this.result.wrongStates += last.wrongStates;
      this.result.lost += last.lost;
    }
  }

  private async compared(): Promise<Omit<Result, 'rounds'>> {
    let [orphans, wrongStates, lost] = [0, 0, 0];
    for (const name of this.names) {
      const running = await this.processes(name);
      const { pids } = await this.shown(name);
      orphans += running.filter((pid) => !pids.includes(pid)).length;
      wrongStates += pids.filter((pid) => !running.includes(pid)).length;
      lost += Math.max(0, (this.wanted.get(name) ?? 0) - pids.length);
    }
    return { orphans, wrongStates, lost };
  }

  /** Process ids of a script's copies. */
  private async processes(name: string): Promise<number[]> {
    const found = await processesWithArgument(join(this.folder, name));
    const alive = await Promise.all(found.map(isAlive));
    return found.filter((_, index) => alive[index]);
  }

  private async pids(name: string): Promise<readonly number[]> {
    return (await this.shown(name)).pids;
  }

  private async shows(name: string, fits: (shown: Shown) => boolean): Promise<void> {
    await until(stepMs, `${name} in the view`, async () => (fits(await this.shown(name)) ? true : undefined));
  }

  /** What the view says of a script's workers. */
  private async shown(name: string): Promise<Shown> {
    const rows = this.window.treeItem(new RegExp(`^${name} on q\\d+ #\\d+ `));
    const labels = await rows.evaluateAll((found) =>
      found.map((each) => each.getAttribute('aria-label') ?? ''),
    );
    const pids = labels.flatMap((label) => (/ running\b.*pid (\d+)/.exec(label)?.slice(1) ?? []).map(Number));
    const ended = labels.filter((label) => /#\d+ (exited|ended)/.test(label)).length;
    return { pids, ended };
  }

  private group(name: string) {
    return this.window.treeItem(new RegExp(`^${name} on q\\d+, `)).first();
  }
}

/** Whether a process has the temporary folder of this run in its environment or arguments. */
async function isOurs(pid: number): Promise<boolean> {
  const mark = process.env.TMPDIR ?? '';
  const read = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return mark !== '' && read.includes(mark);
}

function buttonTitle(id: string): string {
  return commandTitle(id)
    .replace(/^.*?: /, '')
    .replace(/…$/, '');
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function pick<Item>(items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(Math.random() * items.length)] ?? items[0];
}
