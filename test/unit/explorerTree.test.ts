import assert from 'node:assert/strict';
import type { CommandPort, RedisCommand, RedisReply } from '../../src/core/commandPort';
import type { ConnectionState } from '../../src/core/connectionState';
import { DatabaseModel } from '../../src/core/databaseModel';
import type { ExplorerNode } from '../../src/core/explorerNode';
import type { ConnectionSnapshot, ExplorerSnapshot } from '../../src/core/explorerSnapshot';
import { explorerChildren } from '../../src/core/explorerTree';
import { Failure } from '../../src/core/failure';

const refused = new Failure('unreachable', 'Nothing listens at h:6379/0.', { hint: 'Start the server.' });

/** A Redis that knows the lengths and ranges of these queues. */
function queuePort(queues: Record<string, readonly string[] | Failure>): CommandPort {
  const answer = ([name, key = '', from = 0, to = 0]: RedisCommand): RedisReply | Failure => {
    const queue = queues[String(key)] ?? [];
    if (name === 'PUBSUB') return key === 'NUMPAT' ? 0 : [];
    if (!Array.isArray(queue)) return queue as Failure;
    if (name === 'LLEN') return queue.length;
    return queue.slice(Number(from), Number(to) + 1).map((text: string) => Buffer.from(text));
  };
  return {
    send: async () => assert.fail('one command at a time'),
    sendAll: async (commands) => commands.map(answer),
  };
}

/** The tree of one connection that tests put into states. */
class Tree {
  readonly model = new DatabaseModel({
    now: () => 0,
    direction: () => ({ end: 'head', assumed: true }),
    onChange: () => undefined,
  });
  state: ConnectionState = { kind: 'ready' };
  glob: string | undefined;
  patterns: Buffer[] = [];
  returning = false;
  denied: string[] = [];
  private readonly profile: ConnectionSnapshot['profile'];

  constructor(invalid?: Failure, url = 'redis://h:6379/0') {
    const profile = { id: 'p', name: 'Shop', url };
    this.profile = invalid === undefined ? profile : { ...profile, invalid };
  }

  get snapshot(): ExplorerSnapshot {
    const { profile, state, model, patterns, glob, returning, denied } = this;
    return {
      connections: [{ profile, address: 'h:6379/0', state, model, patterns, returning, denied }],
      delimiter: ':',
      glob,
    };
  }

  queue(name: string, length: number): void {
    this.model.catalog.setLength('queue', Buffer.from(name, 'latin1'), length, 0);
  }

  found(): void {
    this.model.catalog.discovery = { running: false, done: true, partial: false };
  }

  /** The children of the node with this id, or of the connection. */
  children(id = 'p/'): readonly ExplorerNode[] {
    return explorerChildren(this.snapshot, this.node(id));
  }

  lines(id?: string): string[] {
    return this.children(id).map(line);
  }

  node(id: string): ExplorerNode {
    return this.all().find((node) => node.id === id) ?? assert.fail(`No node ${id}`);
  }

  all(parent?: ExplorerNode): ExplorerNode[] {
    return explorerChildren(this.snapshot, parent).flatMap((node) => [node, ...this.all(node)]);
  }
}

/** What a node is, in short. */
function line(node: ExplorerNode): string {
  switch (node.kind) {
    case 'notice':
      return `${node.tone}: ${node.text}${node.at === undefined ? '' : ` @${node.at}`}${node.action === undefined ? '' : ` [${node.action}]`}`;
    case 'queues':
    case 'streams':
    case 'channels':
      return `${node.kind} ${node.count}${node.searching ? '?' : ''}${node.partial ? '+' : ''}${node.refused ? ' refused' : ''}`;
    case 'namespace':
      return `${node.segment}* ${node.count}`;
    case 'queue':
      return `${node.label} ${node.length}${node.drained ? ' drained' : ''}`;
    case 'database':
      return `db${node.db} ${node.keys}`;
    case 'message':
      return `#${node.offset} ${node.message}`;
    case 'more':
      return `${node.remaining} more`;
    case 'stream':
    case 'channel':
    case 'pattern':
      return `${node.kind} ${node.label}`;
    case 'connection':
      return node.profile.name;
  }
}

const groups = ['queues 0', 'streams 0', 'channels 0'];

describe('tree of the explorer', () => {
  it('has nothing to show without connections', () => {
    assert.deepEqual(explorerChildren({ connections: [], delimiter: ':', glob: undefined }), []);
  });

  describe('of a connection', () => {
    it('that is idle says how to connect', () => {
      const tree = new Tree();
      tree.state = { kind: 'idle' };
      assert.deepEqual(tree.lines(), ['info: Not connected. Click to connect. [connect]']);
    });

    it('whose profile is invalid says why', () => {
      const tree = new Tree(new Failure('argument', 'The port is wrong.', { hint: 'Correct it.' }));
      tree.state = { kind: 'idle' };
      assert.deepEqual(tree.lines(), [
        'error: The port is wrong.',
        'hint: Correct it.',
        'info: Edit connection… [edit]',
      ]);
    });

    it('that is connecting says where to, until something is known', () => {
      const tree = new Tree();
      tree.state = { kind: 'connecting' };
      assert.deepEqual(tree.lines(), ['progress: Connecting to h:6379/0…']);
      tree.found();
      tree.queue('orders', 1);
      assert.deepEqual(tree.lines(), ['queues 1', 'streams 0', 'channels 0']);
    });

    const cause = ['error: Nothing listens at h:6379/0.', 'hint: Start the server.'];
    const actions = ['info: Try again [connect]', 'info: Edit connection… [edit]', 'info: Show log [log]'];
    const steps = [...cause, ...actions];
    const waiting = [...cause, 'info: Next try @0', ...actions];
    const waitingAbove = [cause[0], 'info: Next try @0', actions[0], actions[2]];

    it('that failed shows cause, next step and what can be done', () => {
      const tree = new Tree();
      tree.state = { kind: 'failed', cause: refused };
      assert.deepEqual(tree.lines(), steps);
    });

    it('offers to start a server where none listens on this machine, and only there', () => {
      const none = new Failure('unreachable', 'Nothing listens.', { about: 'server' });
      const offers = (url: string, cause = none): boolean => {
        const tree = new Tree(undefined, url);
        const states: readonly ConnectionState[] = [
          { kind: 'failed', cause },
          { kind: 'reconnecting', cause, nextAttemptAt: 0 },
        ];
        const shown = states.map((state) => {
          tree.state = state;
          return tree.lines().includes('info: Start local Redis [startServer]');
        });
        assert.equal(shown[0], shown[1]);
        return shown[0] === true;
      };
      for (const host of ['127.0.0.1', '127.3.2.1', 'localhost', '[::1]'])
        assert.equal(offers(`redis://${host}:6379/0`), true, host);
      for (const url of ['redis://10.0.0.1:6379/0', 'redis://h:6379/0', 'unix:///run/redis.sock?db=0'])
        assert.equal(offers(url), false, url);
      assert.equal(offers('redis://localhost:6379/0', refused), false);
    });

    it('that failed keeps below it what is known, so that nothing is folded when it is back', () => {
      const tree = new Tree();
      tree.queue('orders', 3);
      tree.state = { kind: 'failed', cause: refused };
      assert.deepEqual(tree.lines(), [...steps, 'queues 1', 'streams 0', 'channels 0']);
    });

    it('that is about to be opened again keeps what is known; one that the user closed does not', () => {
      const tree = new Tree();
      tree.queue('orders', 3);
      tree.state = { kind: 'idle' };
      tree.returning = true;
      assert.deepEqual(tree.lines(), ['queues 1', 'streams 0', 'channels 0']);
      tree.returning = false;
      assert.deepEqual(tree.lines(), ['info: Not connected. Click to connect. [connect]']);
    });

    it('that was lost shows so above what is known, and when it is tried again', () => {
      const tree = new Tree();
      tree.state = { kind: 'reconnecting', cause: refused, nextAttemptAt: 0 };
      assert.deepEqual(tree.lines(), waiting);
      tree.queue('orders', 3);
      tree.found();
      assert.deepEqual(tree.lines(), [...waitingAbove, 'queues 1', 'streams 0', 'channels 0']);
      assert.deepEqual(tree.lines('p/queues'), ['orders 3']);
    });

    it('whose refresh failed says so, unless the connection is down anyway', () => {
      const tree = new Tree();
      tree.model.problem = new Failure('timeout', 'No reply within 5 s.');
      assert.deepEqual(tree.lines(), [
        'error: No reply within 5 s.',
        'info: Refresh [refresh]',
        'info: Show log [log]',
        ...groups,
      ]);
      tree.found();
      tree.queue('orders', 1);
      tree.state = { kind: 'reconnecting', cause: refused, nextAttemptAt: 0 };
      assert.deepEqual(tree.lines(), [...waitingAbove, 'queues 1', 'streams 0', 'channels 0']);
    });

    it('whose search failed says so above what is known', () => {
      const tree = new Tree();
      const problem = new Failure('server', 'The server is busy.', { hint: 'Wait.' });
      tree.model.catalog.discovery = { running: false, done: false, partial: false, problem };
      const told = ['error: The server is busy.', 'hint: Wait.', 'info: Refresh [refresh]'];
      assert.deepEqual(tree.lines(), [...told, ...groups]);
      tree.model.problem = problem;
      assert.equal(tree.lines().filter((each) => each === told[0]).length, 1, 'it is told once');
    });

    it('whose server loads its data waits for it, and counts nothing until then', () => {
      const tree = new Tree();
      const loading = new Failure('loading', 'The server is loading.', { hint: 'Wait.' });
      tree.model.problem = loading;
      tree.model.catalog.discovery = { running: false, done: false, partial: false, problem: loading };
      assert.deepEqual(tree.lines(), ['progress: The server is loading.']);
      tree.queue('orders', 3);
      assert.deepEqual(tree.lines(), [
        'progress: The server is loading.',
        'queues 1',
        'streams 0',
        'channels 0',
      ]);
    });

    it('whose user may not run everything names what is missing, and what each switches off', () => {
      const tree = new Tree();
      tree.denied = ['INFO', 'SCAN'];
      const problem = new Failure('permission', 'The user may not run SCAN.', { hint: 'Allow it.' });
      tree.model.catalog.discovery = { running: false, done: false, partial: false, problem };
      tree.queue('orders', 3);
      assert.deepEqual(tree.lines(), [
        'refused: Not permitted: INFO, SCAN',
        'queues 1 refused',
        'streams 0 refused',
        'channels 0',
      ]);
      const [first] = tree.children();
      assert.ok(first?.kind === 'notice');
      assert.match(first.whole ?? '', /^INFO: version, role .*\nSCAN: queues and streams are not searched;/m);
      assert.deepEqual(tree.lines('p/queues'), ['refused: The user may not run SCAN.', 'orders 3']);
      assert.deepEqual(tree.lines('p/streams'), ['refused: The user may not run SCAN.']);
    });

    it('is not called empty where its user may not search', () => {
      const tree = new Tree();
      const problem = new Failure('permission', 'The user may not run SCAN.');
      tree.model.catalog.discovery = { running: false, done: false, partial: false, problem };
      assert.deepEqual(tree.lines(), ['queues 0 refused', 'streams 0 refused', 'channels 0']);
    });

    it('shows a foreign text on one harmless line', () => {
      const tree = new Tree();
      tree.state = { kind: 'failed', cause: new Failure('server', 'a\nb\u202e') };
      assert.equal(tree.lines()[0], 'error: a\\nb\\u{202e}');
    });
  });

  describe('of a database', () => {
    it('that is empty says how to begin', () => {
      const tree = new Tree();
      tree.found();
      assert.deepEqual(tree.lines(), [...groups, 'hint: No queues or streams yet']);
    });

    it('that is empty names the others that hold keys', () => {
      const tree = new Tree();
      tree.found();
      tree.model.catalog.databases = [
        { db: 0, keys: 7 },
        { db: 3, keys: 12 },
      ];
      assert.deepEqual(tree.lines().slice(3), ['hint: Empty. Keys are in:', 'db3 12']);
    });

    it('that holds keys of other types only is not called empty', () => {
      const tree = new Tree();
      tree.found();
      tree.model.catalog.databases = [{ db: 0, keys: 7 }];
      const [, , , notice, ...more] = tree.children();
      assert.ok(notice?.kind === 'notice');
      assert.equal(notice.text, 'No queues or streams yet');
      assert.doesNotMatch(notice.whole ?? '', /is empty/);
      assert.deepEqual(more, []);
    });

    it('is not called empty before the search has ended', () => {
      const tree = new Tree();
      tree.model.catalog.discovery = { running: true, done: false, partial: false };
      assert.deepEqual(tree.lines(), ['queues 0?', 'streams 0?', 'channels 0']);
      assert.deepEqual(tree.lines('p/queues'), ['progress: Searching… 0 so far']);
    });

    it('that is searched again shows what is known, without a word', () => {
      const tree = new Tree();
      tree.queue('orders', 1);
      tree.model.catalog.discovery = { running: true, done: true, partial: false };
      assert.deepEqual(tree.lines('p/queues'), ['orders 1']);
    });

    it('of which not all is shown says so', () => {
      const tree = new Tree();
      tree.queue('orders', 1);
      tree.model.catalog.discovery = { running: false, done: true, partial: true };
      assert.equal(tree.lines()[0], 'queues 1+');
      assert.deepEqual(tree.lines('p/queues'), ['hint: Only the first 1 are shown', 'orders 1']);
    });
  });

  describe('of queues', () => {
    it('groups names, and shows each once', () => {
      const tree = new Tree();
      tree.found();
      for (const name of ['shop:a', 'shop:b', 'shop:', 'plain']) tree.queue(name, 1);
      assert.deepEqual(tree.lines('p/queues'), ['shop:* 2', 'plain 1', 'shop: 1']);
      assert.deepEqual(tree.lines('p/queues/ns/shop:'), ['a 1', 'b 1']);
    });

    it('keeps a drained queue', () => {
      const tree = new Tree();
      tree.queue('orders', 2);
      tree.queue('orders', 0);
      assert.deepEqual(tree.lines('p/queues'), ['orders 0 drained']);
    });

    it('shows only names that match the filter', () => {
      const tree = new Tree();
      for (const name of ['a1', 'a2', 'b1']) tree.queue(name, 1);
      tree.glob = 'a*';
      assert.deepEqual(tree.lines('p/queues'), ['a1 1', 'a2 1']);
    });

    it('waits for messages, then shows them and how many more there are', async () => {
      const tree = new Tree();
      tree.queue('orders', 60);
      assert.deepEqual(tree.lines('p/queue/orders'), ['progress: Loading…']);
      const orders = Buffer.from('orders');
      const messages = Array.from({ length: 60 }, (_, at) => `m${at}`);
      const wanted = { queues: [orders], streams: [], previews: [orders] };
      await tree.model.refresh(queuePort({ orders: messages }), wanted);
      const lines = tree.lines('p/queue/orders');
      assert.deepEqual([lines.length, lines[0], lines[49], lines[50]], [51, '#0 m0', '#49 m49', '10 more']);
      tree.model.loadMore(orders);
      await tree.model.refresh(queuePort({ orders: messages }), wanted);
      assert.equal(tree.lines('p/queue/orders').at(-1), '#59 m59');
      await tree.model.refresh(queuePort({ orders: [] }), wanted);
      assert.deepEqual(tree.lines('p/queue/orders'), ['hint: Drained']);
    });

    it('shows messages to a user who may not count them', async () => {
      const tree = new Tree();
      const orders = Buffer.from('orders');
      const problem = new Failure('permission', 'The user may not run LLEN.');
      tree.model.catalog.setProblem('queue', orders, problem, 0);
      const counted = queuePort({ orders: ['a', 'b'] });
      const port: CommandPort = {
        ...counted,
        sendAll: async (commands) =>
          (await counted.sendAll(commands)).map((reply, at) =>
            commands[at]?.[0] === 'LLEN' ? problem : reply,
          ),
      };
      await tree.model.refresh(port, { queues: [orders], streams: [], previews: [orders] });
      const [node] = tree.children('p/queues');
      assert.ok(node?.kind === 'queue');
      assert.equal(node.problem, problem);
      assert.deepEqual(tree.lines('p/queue/orders'), ['#0 a', '#1 b']);
    });

    it('shows why a key is no queue any more', async () => {
      const tree = new Tree();
      tree.queue('orders', 1);
      const problem = new Failure('wrongType', 'The key holds another type of value.', { hint: 'Refresh.' });
      const orders = Buffer.from('orders');
      await tree.model.refresh(queuePort({ orders: problem }), {
        queues: [orders],
        streams: [],
        previews: [],
      });
      const [node] = tree.children('p/queues');
      assert.ok(node?.kind === 'queue');
      assert.equal(node.problem, problem);
      assert.deepEqual(tree.lines('p/queue/orders'), [
        'error: The key holds another type',
        'more: of value.',
        'hint: Refresh.',
        'info: Refresh [refresh]',
      ]);
      tree.model.dismiss(orders);
      assert.deepEqual(tree.lines('p/queues'), []);
    });
  });

  describe('of channels', () => {
    it('says why there is none', () => {
      const tree = new Tree();
      assert.deepEqual(tree.lines('p/channels'), ['hint: No channel has a subscriber']);
    });

    it('shows channels, our patterns and the number of those of others', () => {
      const tree = new Tree();
      tree.model.catalog.setChannels([{ name: Buffer.from('news'), subscribers: 2 }]);
      tree.model.catalog.patternCount = 3;
      tree.patterns = [Buffer.from('n*')];
      assert.deepEqual(tree.lines('p/channels'), [
        'channel news',
        'pattern n*',
        'hint: Patterns of other clients: 2',
      ]);
    });

    it('names the right that is missing', () => {
      const tree = new Tree();
      tree.model.catalog.channelProblem = new Failure('permission', 'The user may not run PUBSUB.');
      assert.deepEqual(tree.lines('p/channels'), ['refused: The user may not run PUBSUB.']);
      assert.equal(tree.lines().at(-1), 'channels 0 refused');
    });
  });

  describe('ids', () => {
    function full(): Tree {
      const tree = new Tree();
      tree.found();
      for (const name of ['a:b', 'a:c', 'a:', 'x', '\xff', '\xfe', 'notice/cause', 'a:b/0'])
        tree.queue(name, 1);
      const { catalog } = tree.model;
      for (const name of ['a:b', 'a:c', 'x']) catalog.setLength('stream', Buffer.from(name), 1, 0);
      catalog.setChannels([
        { name: Buffer.from('x'), subscribers: 1 },
        { name: Buffer.from('n*'), subscribers: 1 },
      ]);
      tree.patterns = [Buffer.from('n*')];
      tree.state = { kind: 'reconnecting', cause: refused, nextAttemptAt: 0 };
      tree.denied = ['SCAN', 'INFO', 'PUBSUB', 'EVAL'];
      tree.model.problem = refused;
      catalog.discovery = { running: false, done: true, partial: true, problem: refused };
      return tree;
    }

    it('are different for all nodes, whatever the names are', async () => {
      const tree = full();
      const names = [Buffer.from('a:b'), Buffer.from('x')];
      const port = queuePort({
        'a:b': Array.from({ length: 60 }, () => 'm'),
        x: new Failure('server', 'No.'),
      });
      await tree.model.refresh(port, { queues: [], streams: [], previews: names });
      for (const odd of ['a:b/0', 'a:b/more', 'x/notice/cause', 'notice/cause']) tree.queue(odd, 1);
      for (const state of [tree.state, { kind: 'ready' }] as const) {
        tree.state = state;
        tree.model.problem = refused;
        const ids = tree.all().map(({ id }) => id);
        assert.deepEqual(
          ids.filter((id, at) => ids.indexOf(id) !== at),
          [],
        );
      }
    });

    it('stay the same when counts and states change', () => {
      const tree = full();
      const queues = () =>
        tree
          .all()
          .filter(({ kind }) => kind === 'queue' || kind === 'namespace' || kind === 'queues')
          .map(({ id }) => id);
      const before = queues();
      for (const { name } of tree.model.catalog.entries('queue'))
        tree.model.catalog.setLength('queue', name, 9, 1);
      tree.state = { kind: 'ready' };
      assert.deepEqual(queues(), before);
    });
  });
});
