import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FoundConnection } from '../../src/host/commands/connectionFind';
import { run, savedConnections, useSetting } from './product';

const secret = 's3cr3t@:/xyzzy';

interface Found {
  readonly found: readonly FoundConnection[];
  readonly problems: readonly { readonly origin: string; readonly reason: string }[];
}

describe('finding Redis in the workspace, from code', () => {
  useSetting('connections', () => []);
  const written: vscode.Uri[] = [];

  function root(): vscode.Uri {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'a folder is open');
    return folder.uri;
  }

  async function write(path: string, text: string | Uint8Array): Promise<void> {
    const uri = vscode.Uri.joinPath(root(), path);
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    await vscode.workspace.fs.writeFile(uri, bytes);
    written.push(vscode.Uri.joinPath(root(), path.split('/')[0] ?? ''));
  }

  afterEach('remove the files', async () => {
    for (const uri of new Map(written.splice(0).map((each) => [each.path, each])).values())
      await vscode.workspace.fs.delete(uri, { recursive: true });
  });

  const find = () => run<Found>('connection.find', {});

  it('answers with nothing where there is nothing', async () => {
    assert.deepEqual(await find(), { found: [], problems: [] });
  });

  it('reads files at any depth, the nearest first, and tells no password', async () => {
    await write('.env', `\uFEFFREDIS_URL=redis://:${encodeURIComponent(secret)}@127.0.0.1:1/2\r\n`);
    await write('compose.yaml', "services:\n  cache:\n    image: redis\n    ports: ['6380:6379']\n");
    await write('apps/api/.env.local', 'REDIS_HOST=cache\nREDIS_PORT=6379\n');
    await write('.devcontainer/devcontainer.json', '{ "forwardPorts": [6379] /* Redis */ }');
    const answer = await find();
    assert.deepEqual(answer, {
      found: [
        { url: 'redis://127.0.0.1:1/2', origin: '.env · REDIS_URL', hasPassword: true },
        {
          url: 'redis://127.0.0.1:6380/0',
          origin: 'apps/api/.env.local · REDIS_HOST; compose.yaml · service cache, port 6380',
          hasPassword: false,
        },
        {
          url: 'redis://127.0.0.1:6379/0',
          origin: '.devcontainer/devcontainer.json · forwardPorts',
          hasPassword: false,
        },
      ],
      problems: [],
    });
    assert.ok(!JSON.stringify(answer).includes('xyzzy'));
    assert.deepEqual(savedConnections(), [], 'nothing is added');
  });

  it('passes over packages and environments of Python', async () => {
    for (const path of ['node_modules/a/.env', '.env/lib/.env', 'a/venv/.env', '.git/.env'])
      await write(path, 'REDIS_URL=redis://h');
    assert.deepEqual(await find(), { found: [], problems: [] });
  });

  it('says what it did not read, and goes on', async () => {
    await write('.env', 'REDIS_URL=redis://h:1');
    await write('.env.big', 'x'.repeat(1_048_577));
    await write('.env.binary', Buffer.from([0, 1, 2]));
    await write('.env.utf16', Buffer.from('\uFEFFREDIS_URL=redis://h:2\r\n', 'utf16le'));
    await write('compose.yaml', `services: {a: [${secret}`);
    const { found, problems } = await find();
    assert.deepEqual(
      found.map(({ url }) => url),
      ['redis://h:1/0', 'redis://h:2/0'],
    );
    assert.deepEqual(
      problems.map(({ origin, reason }) => `${origin}: ${reason}`),
      [
        'compose.yaml: It is not well-formed YAML (line 1).',
        '.env.big: It is larger than 1 MB and was not read.',
        '.env.binary: It is not a text file.',
      ],
    );
    assert.ok(!JSON.stringify(problems).includes('xyzzy'));
  });

  it('looks at a hundred files, those nearest to the top, and says that there are more', async () => {
    for (let index = 0; index < 101; index++) await write(`deep/.env.${index}`, `R=redis://h:${index + 1}`);
    await write('.env', 'R=redis://top');
    const { found, problems } = await find();
    assert.equal(found[0]?.url, 'redis://top:6379/0');
    assert.equal(found.length, 100);
    assert.match(problems[0]?.reason ?? '', /more files and folders/);
  });
});
