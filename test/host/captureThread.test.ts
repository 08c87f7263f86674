import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CaptureListener, CaptureThread } from '../../src/host/panels/captureThread';
import type { TrafficState } from '../../src/protocol/traffic';
import { within } from '../launch/limits';

const endpoint = { host: '127.0.0.1', port: 1, db: 0 };
const nothing = { channels: ['a'], patterns: [], shardChannels: [] };

/** A thread that does what the name of its connection says. */
const puppet = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (message) => {
  if (message.kind === 'watch') {
    if (message.connection === 'crash') throw new Error('boom');
    parentPort.postMessage({ kind: 'state', panel: message.panel, state: { kind: 'live', detail: '', hint: '' } });
  }
  if (message.kind === 'counts') process.exit(3);
});`;

class Listener implements CaptureListener {
  private readonly waiting: ((event: string) => void)[] = [];
  private readonly events: string[] = [];

  frame(): void {
    this.heard('frame');
  }
  detail(): void {
    this.heard('detail');
  }
  place(): void {
    this.heard('place');
  }
  state({ kind }: TrafficState): void {
    this.heard(kind);
  }
  ended(cause: string, again: boolean): void {
    this.heard(`${cause}, ${again ? 'again' : 'no more'}`);
  }

  next(): Promise<string> {
    const event = this.events.shift();
    if (event !== undefined) return Promise.resolve(event);
    return within(60_000, 'Hearing of the thread', new Promise((resolve) => this.waiting.push(resolve)));
  }

  private heard(event: string): void {
    const waiting = this.waiting.shift();
    if (waiting === undefined) this.events.push(event);
    else waiting(event);
  }
}

describe('capture thread as the host holds it', () => {
  const logged: string[] = [];
  const log = {
    info: (text: string) => logged.push(text),
    warn: (text: string) => logged.push(text),
    error: (text: string) => logged.push(text),
  };
  let folder: string;
  let thread: CaptureThread;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'capture-'));
    await writeFile(join(folder, 'puppet.js'), puppet);
  });
  beforeEach(() => {
    thread = new CaptureThread(
      join(folder, 'puppet.js'),
      () => ({ ringBytes: 1_048_576, ringMessages: 1_000 }),
      {},
      log,
    );
  });
  afterEach(() => thread.dispose());
  after(() => rm(folder, { recursive: true }));

  it('tells the panels when it crashed, and is started anew, but not for ever', async () => {
    const listener = new Listener();
    for (const more of ['again', 'again', 'again', 'no more']) {
      thread.watch('p', 'crash', endpoint, nothing, listener);
      assert.equal(await listener.next(), `boom, ${more}`);
    }
    assert.ok(logged.some((text) => text.includes('boom')));
  });

  it('serves the other panels again on a new thread', async () => {
    const [bad, good] = [new Listener(), new Listener()];
    thread.watch('good', 'calm', endpoint, nothing, good);
    assert.equal(await good.next(), 'live');
    thread.watch('bad', 'crash', endpoint, nothing, bad);
    assert.equal(await bad.next(), 'boom, again');
    assert.equal(await good.next(), 'boom, again');
    thread.watch('good', 'calm', endpoint, nothing, good);
    assert.equal(await good.next(), 'live');
  });

  it('answers every question, also when it ends over it', async () => {
    const listener = new Listener();
    thread.watch('p', 'calm', endpoint, nothing, listener);
    assert.equal(await listener.next(), 'live');
    await assert.rejects(thread.counts('p'), { code: 'cancelled' });
    assert.match(await listener.next(), /3.*, again$/);
    await assert.rejects(thread.counts('p'), { code: 'cancelled' });
  });

  it('fails the questions of a panel that is closed', async () => {
    const listener = new Listener();
    thread.watch('p', 'calm', endpoint, nothing, listener);
    assert.equal(await listener.next(), 'live');
    const question = thread.message('p', 1);
    thread.unwatch('p');
    await assert.rejects(question, { code: 'cancelled' });
  });
});
