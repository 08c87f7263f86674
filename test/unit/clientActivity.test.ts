import assert from 'node:assert/strict';
import { activityText, readClientList } from '../../src/core/clientActivity';
import { backOffMs } from '../../src/core/crashRestart';

const line = (fields: string): string =>
  `id=7 addr=127.0.0.1:5 laddr=127.0.0.1:6379 fd=8 age=20 db=0 multi=-1 ${fields} user=default resp=2`;

describe('CLIENT LIST', () => {
  it('is read in any order of fields, and rubbish is left out', () => {
    const text = [
      line('name=redis-messaging:q-1:1 idle=3 flags=b sub=0 psub=0 cmd=brpop'),
      'rubbish',
      '',
      'name= id=9',
    ].join('\r\n');
    assert.deepEqual(readClientList(text), [
      {
        id: '7',
        name: 'redis-messaging:q-1:1',
        idleSeconds: 3,
        blocked: true,
        subscriptions: 0,
        command: 'brpop',
      },
      { id: '9', name: '', idleSeconds: 0, blocked: false, subscriptions: 0, command: '' },
    ]);
    assert.deepEqual(readClientList(''), []);
  });

  it('becomes what a worker does, the most telling of its connections first', () => {
    const text = (...lines: string[]): string => activityText(readClientList(lines.join('\n')));
    const blocked = line('idle=3 flags=b cmd=brpop');
    const listening = line('idle=90 flags=P sub=1 psub=2 ssub=0 cmd=subscribe');
    const idle = line('idle=200 flags=N cmd=xgroup|create');
    assert.equal(text(idle, listening, blocked), 'blocked in BRPOP 3 s');
    assert.equal(text(idle, listening), '3 subscriptions');
    assert.equal(text(idle), 'idle 3 min');
    assert.equal(text(idle, line('idle=0 flags=N cmd=xgroup|create')), 'in XGROUP CREATE');
    assert.equal(text(), 'not connected to Redis');
    assert.equal(text(line('idle=7200 flags=b cmd=evil\u202e')), 'blocked in EVIL\\u{202e} 2 h');
  });
});

describe('backOffMs', () => {
  it('doubles from a second to a minute', () => {
    assert.deepEqual(
      [1, 2, 3, 6, 7, 50, 5_000].map(backOffMs),
      [1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000],
    );
  });
});
