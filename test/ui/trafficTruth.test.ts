import assert from 'node:assert/strict';
import { TrafficPage } from './trafficPage';
import { useTraffic } from './useTraffic';

/** Longer than it takes to notice a dead peer. */
const noticeLimitMs = 90_000;
const megabyte = 1_048_576;

/** What befalls a subscriber, as the panel tells it: by counts, by rows of their own, and by a state that does not flatter. */
describe('the truth of the traffic panel', () => {
  let page: TrafficPage;
  let received = 0;
  let gaps = 0;
  const bed = useTraffic(async ({ publisher, redis }) => {
    await publisher.call('ACL', 'SETUSER', 'reader', 'on', '>secret', '+@all', '~*', '&*');
    const url = `redis://reader@${redis.host}:${redis.port}/0`;
    return {
      env: { READER_PASSWORD: 'secret' },
      machineSettings: {
        'redisMessaging.connections': [
          { id: 'local', name: 'local', url: redis.url },
          { id: 'reader', name: 'reader', url, passwordEnv: 'READER_PASSWORD' },
        ],
      },
    };
  });
  const { window } = bed;

  async function publish(channel: string, payload: string | Buffer): Promise<void> {
    await bed.publisher.publish(channel, payload);
    received++;
  }

  it('says that the server killed its connection', async () => {
    page = new TrafficPage(window());
    await page.subscribe('orders news.*', 'local');
    await publish('orders', 'before');
    await page.waitForLastRow('before');
    await bed.publisher.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await page.waitForCount('gaps', ++gaps);
    await page.waitForState('live');
    await publish('orders', 'after');
    await page.waitForLastRow('after');
    await page.waitForGap(/gap \d\d:\d\d:\d\d\.\d{3} – \d\d:\d\d:\d\d\.\d{3} · .* · messages may be missing/);
  });

  it('notices a server that is frozen, does not call it live, and marks the time', async () => {
    process.kill(bed.redis.pid, 'SIGSTOP');
    try {
      await page.waitForState('reconnecting', noticeLimitMs);
      await window().screenshot('truth-frozen');
    } finally {
      process.kill(bed.redis.pid, 'SIGCONT');
    }
    await page.waitForState('live', noticeLimitMs);
    await page.waitForCount('gaps', ++gaps);
    await publish('orders', 'thawed');
    await page.waitForLastRow('thawed');
    await page.waitForGap(/stopped responding/);
    await window().screenshot('truth-thawed');
  });

  it('says that a message of 64 MB did not fit into the server’s output buffer', async () => {
    await bed.publisher.publish('orders', Buffer.alloc(64 * megabyte, 'x'));
    await page.waitForCount('gaps', ++gaps);
    await page.waitForState('live', noticeLimitMs);
    await publish('orders', 'small again');
    await page.waitForLastRow('small again');
    await page.waitForGap(/output buffer limit/);
  });

  it('keeps the beginning of a message of 64 MB where the server lets it pass, and says that it was cut', async () => {
    await bed.publisher.config('SET', 'client-output-buffer-limit', 'pubsub 0 0 0');
    await publish('orders', Buffer.alloc(64 * megabyte, 'x'));
    await page.waitForCount('received', received, noticeLimitMs);
    await page.waitForCount('cut', 1);
    await page.waitForLastRow('67 MB');
    await page.press('.grid', 'End', 'Enter');
    await page.waitForText('.facts', '67 MB');
    await window().screenshot('truth-64-megabytes');
    await page.press('.grid', 'Escape', 'End');
    assert.equal(await page.count('gaps'), gaps);
  });

  it('shows a message once for each subscription that it comes through, and says so', async () => {
    await page.close();
    page = new TrafficPage(window());
    await page.subscribe('orders news.* n*', 'local');
    await bed.publisher.publish('news.sport', 'goal');
    received = 2;
    gaps = 0;
    await page.waitForCount('received', received);
    await page.waitForText('.remark-text', 'news.sport comes through news.*, n*');
    await page.waitForRows(
      'Two rows of it',
      (texts) => texts.length === 2 && texts.every((text) => /news\.sport │ (news\.|n)\*/.test(text)),
    );
    await window().screenshot('truth-overlap');
    await page.close();
    await page.subscribe('news.*', 'local');
    received = 0;
  });

  it('counts the messages of ten thousand channels, and stays as it is', async () => {
    const batch = bed.publisher.pipeline();
    for (let channel = 0; channel < 10_000; channel++) batch.publish(`news.${channel}`, `of ${channel}`);
    await batch.exec();
    received += 10_000;
    await page.waitForCount('received', received);
    await page.waitForLastRow('of 9999');
    await page.waitForText('.chip-more', /^\+9,99\d more$/);
    await window().screenshot('truth-ten-thousand-channels');
  });

  it('is not live where the server no longer permits the channel, and says what is missing', async () => {
    await page.close();
    const panel = new TrafficPage(window());
    await panel.subscribe('orders', 'reader');
    await publish('orders', 'permitted');
    await panel.waitForLastRow('permitted');
    await bed.publisher.call('ACL', 'SETUSER', 'reader', 'resetchannels', '&other');
    await panel.waitForState('refused', noticeLimitMs);
    await panel.waitForText('.problem', /may not use that channel/);
    await window().screenshot('truth-revoked');
    await bed.publisher.call('ACL', 'SETUSER', 'reader', 'allchannels');
  });
});
