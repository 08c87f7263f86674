import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileTail, readTail } from '../../src/host/localServer/fileTail';
import { until } from '../launch/limits';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';

describe('FileTail', () => {
  const teardown = new Teardown();
  let file: string;
  let told: string;

  beforeEach(async () => {
    file = join(await tempFolder(teardown, 'tail'), 'log');
    told = '';
  });
  after(() => teardown.finish());

  function follow(): FileTail {
    const tail = new FileTail(file, {
      onText: (text) => {
        told += text;
      },
      onPassedOver: (bytes) => {
        told += `<${bytes}>`;
      },
    });
    teardown.add('the tail', () => tail.dispose());
    return tail;
  }

  it('tells what stands in the file, and by itself what is added', async () => {
    await writeFile(file, 'one\n');
    follow();
    await until(60_000, 'Reading', () => (told === 'one\n' ? true : undefined));
    await appendFile(file, 'two\n');
    await until(60_000, 'Reading on', () => (told === 'one\ntwo\n' ? true : undefined));
  });

  it('waits for a file that is not there yet, and for the rest of a character', async () => {
    const tail = follow();
    await tail.update();
    const bytes = Buffer.from('a→b');
    await writeFile(file, bytes.subarray(0, 2));
    await tail.update();
    await appendFile(file, bytes.subarray(2));
    await tail.update();
    assert.equal(told, 'a→b');
  });

  it('passes over what is too much at once, and says how much', async () => {
    await writeFile(file, 'x'.repeat(100_000));
    const tail = follow();
    await tail.update();
    assert.equal(told, `<34464>${'x'.repeat(65_536)}`);
    await appendFile(file, 'end');
    await tail.update();
    assert.ok(told.endsWith('xend'));
    assert.equal((await readTail(file, 0)).bytes.length, 65_536);
  });

  it('tells nothing more once it is disposed', async () => {
    const tail = follow();
    await writeFile(file, 'late');
    const reading = tail.update();
    tail.dispose();
    await reading;
    assert.equal(told, '');
  });
});
