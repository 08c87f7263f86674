import assert from 'node:assert/strict';
import { commandTitle } from '../launch/commandTitle';
import { findPythonRedis } from '../launch/pythonRedis';
import { ExplorerPage } from './explorerPage';
import { terminalOf, unbroken, untilTerminal, untilTerminals, useTutorial } from './tutorialPage';

const title = 'Tutorial: HotQueue Task Queue';

describe(title, () => {
  const { window, port } = useTutorial(1_100, 1, async () => ({
    'redisMessaging.interpreters': { '.py': [await findPythonRedis(), '-u'] },
  }));

  it('puts from a Python script, and consumes by a decorated function while the length falls', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.tutorial.hotQueue'));

    const waiting = await untilTerminal(window(), 'Press Enter here to go on.');
    assert.match(waiting, /> LLEN hotqueue:tutorial\s+\(integer\) 10/);
    assert.equal(Number(await port().send(['LLEN', 'hotqueue:tutorial'])), 10);
    const first = await port().send(['LINDEX', 'hotqueue:tutorial', 0]);
    assert.ok(Buffer.isBuffer(first) && first[0] === 0x80, 'it is pickled');
    await untilTerminals(window(), (texts) => {
      const put = unbroken(terminalOf(texts, '→ {'));
      assert.equal(put.match(/→\{'task':\d+\}·\d+onhotqueue:tutorial/g)?.length, 10);
    });
    await window().screenshot('tutorial-hotqueue-put');

    await window().page.keyboard.press('Enter');
    const story = await untilTerminal(window(), 'The length has fallen from 10 to 0.');
    await window()
      .treeItem(/hotqueue_worker\.py, 1 running/)
      .waitFor();
    await new ExplorerPage(window()).waitForLine(/#1 {2}.*BLPOP/);
    await window().screenshot('tutorial-hotqueue');
    const lengths = [...story.matchAll(/> LLEN hotqueue:tutorial\s+\(integer\) (\d+)/g)].map((match) =>
      Number(match[1]),
    );
    assert.ok(lengths.length > 3 && lengths.at(-1) === 0, String(lengths));
    assert.deepEqual(
      lengths,
      [...lengths].sort((a, b) => b - a),
      'it falls',
    );
    await untilTerminal(window(), "✓ {'task': 10} · 0 left");
    const worker = terminalOf(await window().terminalTexts(), '@worker on hotqueue:tutorial');
    const done = [...unbroken(worker).matchAll(/✓\{'task':(\d+)\}/g)].map((match) => Number(match[1]));
    assert.deepEqual(
      done,
      Array.from({ length: 10 }, (_, index) => index + 1),
      'each once, the oldest first',
    );
    assert.equal(Number(await port().send(['LLEN', 'hotqueue:tutorial'])), 0);
    const source = window().page.locator('.view-line', { hasText: '@queue.worker' });
    await source.first().waitFor();
  });
});
