import assert from 'node:assert/strict';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Failure } from '../../src/core/failure';
import { toBytes } from '../../src/core/messageValue';
import type { JournalEntry } from '../../src/core/safePop';
import { PopJournalFile } from '../../src/host/popJournalFile';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';

const entry: JournalEntry = {
  connection: 'local',
  queue: Buffer.from([0x71, 0xff]),
  end: 'tail',
  message: Buffer.from('one\ntwo'),
};

describe('pop journal', () => {
  const problems: Failure[] = [];
  let teardown: Teardown;
  let path: string;

  beforeEach(async () => {
    teardown = new Teardown();
    path = join(await tempFolder(teardown, 'journal'), 'storage', 'journal.jsonl');
  });
  afterEach(() => teardown.finish());

  async function lines(file = path): Promise<Record<string, unknown>[]> {
    const text = await readFile(file, 'utf8');
    assert.ok(text.endsWith('\n'));
    return text
      .slice(0, -1)
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  async function mode(file: string): Promise<string> {
    return ((await stat(file)).mode & 0o777).toString(8);
  }

  function text(message: string): JournalEntry {
    return { ...entry, message: Buffer.from(message) };
  }

  it('keeps a copy before anything else, and what became of it', async () => {
    const journal = new PopJournalFile(
      path,
      () => 1_000_000,
      (failure) => problems.push(failure),
    );
    const id = await journal.append(entry);
    const [copy] = await lines();
    assert.deepEqual(
      { ...copy, at: '' },
      { id, at: '', connection: 'local', queue: { base64: 'cf8=' }, end: 'tail', message: 'one\ntwo' },
    );
    assert.ok(Math.abs(Date.parse(String(copy?.at)) - Date.now()) < 60_000);
    await journal.settle(id, 'moved');
    const [, note] = await lines();
    assert.deepEqual([note?.id, note?.outcome], [id, 'moved']);
  });

  it('keeps any bytes', async () => {
    const journal = new PopJournalFile(
      path,
      () => 10_000_000,
      (failure) => problems.push(failure),
    );
    const messages = [
      Buffer.alloc(0),
      Buffer.from([0, 0xff, 0x0a]),
      Buffer.from('größe 🔑'),
      Buffer.alloc(100_000, 0xfe),
    ];
    for (const message of messages) await journal.append({ ...entry, message });
    const kept = await lines();
    assert.deepEqual(
      kept.map(({ message }) => toBytes(message as string)),
      messages,
    );
  });

  it('can be read by its owner only, in a folder of its own', async () => {
    const journal = new PopJournalFile(
      path,
      () => 10,
      (failure) => problems.push(failure),
    );
    await journal.append(entry);
    await journal.append(entry);
    assert.equal(await mode(path), '600');
    assert.equal(await mode(`${path}.old`), '600');
    assert.equal(await mode(dirname(path)), '700');
  });

  it('closes a file that others could read', async () => {
    const journal = new PopJournalFile(
      path,
      () => 1_000_000,
      (failure) => problems.push(failure),
    );
    await journal.append(entry);
    await chmod(path, 0o644);
    await journal.append(entry);
    assert.equal(await mode(path), '600');
  });

  it('begins anew at its bound, counted in bytes, and keeps the file before', async () => {
    const probe = new PopJournalFile(
      path,
      () => 1_000_000,
      (failure) => problems.push(failure),
    );
    await probe.append(text('€'.repeat(100)));
    const line = (await stat(path)).size;
    await probe.clear();

    // Three such lines do not fit in bytes, though they would in characters.
    const bound = 3 * line - 50;
    const journal = new PopJournalFile(
      path,
      () => bound,
      (failure) => problems.push(failure),
    );
    for (const sign of ['€', '₤', '₥']) await journal.append(text(sign.repeat(100)));
    assert.deepEqual(
      (await lines(`${path}.old`)).map(({ message }) => String(message)[0]),
      ['€', '₤'],
    );
    assert.deepEqual(
      (await lines()).map(({ message }) => String(message)[0]),
      ['₥'],
    );
    for (const sign of ['a', 'b', 'c', 'd', 'e', 'f']) await journal.append(text(sign.repeat(300)));
    assert.deepEqual(
      (await lines()).map(({ message }) => String(message)[0]),
      ['f'],
    );
    assert.ok((await stat(`${path}.old`)).size <= bound);
  });

  it('keeps a copy that is larger than the bound', async () => {
    const journal = new PopJournalFile(
      path,
      () => 100,
      (failure) => problems.push(failure),
    );
    await journal.append(text('x'.repeat(5_000)));
    assert.equal((await lines())[0]?.message, 'x'.repeat(5_000));
  });

  it('keeps whole lines in order when several pops write at once', async () => {
    const journal = new PopJournalFile(
      path,
      () => 100_000_000,
      (failure) => problems.push(failure),
    );
    const sizes = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 200_000 : 1));
    const ids = await Promise.all(sizes.map((size) => journal.append(text('x'.repeat(size)))));
    assert.deepEqual(
      (await lines()).map(({ id }) => id),
      ids,
    );
  });

  it('is gone after it was cleared, the file before included, and begins anew', async () => {
    const journal = new PopJournalFile(
      path,
      () => 10,
      (failure) => problems.push(failure),
    );
    await journal.append(entry);
    const late = journal.append(entry);
    await journal.clear();
    await late;
    for (const file of [path, `${path}.old`]) await assert.rejects(stat(file), { code: 'ENOENT' });
    await journal.clear();
    await journal.append(entry);
    assert.equal((await lines()).length, 1);
  });

  it('says that a copy could not be saved, and works again when it can', async () => {
    await writeFile(dirname(path), 'a file where the folder should be');
    const journal = new PopJournalFile(
      path,
      () => 1_000,
      (failure) => problems.push(failure),
    );
    await assert.rejects(journal.append(entry), (error: Error & { code?: string; hint?: string }) => {
      assert.deepEqual([error.name, error.code], ['Failure', 'journal']);
      assert.ok(error.hint?.includes(dirname(path)));
      return true;
    });
    await assert.rejects(journal.settle('1', 'popped'), {
      code: 'journal',
      message: /^What became of the message/,
    });
    await rm(dirname(path));
    await journal.append(entry);
    assert.equal((await lines()).length, 1);
  });
});
