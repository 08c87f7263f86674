import assert from 'node:assert/strict';
import { findRedis, type Surroundings } from '../../src/core/workspaceRedis/findRedis';
import { workspaceFileKind } from '../../src/core/workspaceRedis/workspaceFile';

/** No label, origin or reason may hold it. */
const secret = 's3cr3t-xyzzy';

type Texts = Readonly<Record<string, string>>;

interface Row {
  readonly files: Texts;
  /** Address, `+` where a password was found, and the first origin. */
  readonly found?: readonly string[];
  /** What the problems say, in turn. */
  readonly problems?: readonly RegExp[];
  readonly in?: Surroundings;
}

function read(files: Texts, surroundings: Surroundings = 'machine') {
  const list = Object.entries(files).map(([path, text]) => ({ path, text }));
  return findRedis(list, surroundings);
}

function check(name: string, row: Row): void {
  it(name, () => {
    const { found, problems } = read(row.files, row.in);
    const shown = found.map(
      ({ parsed, origins }) =>
        `${parsed.url}${parsed.password === undefined ? '' : '+'} ${origins.join(' & ')}`,
    );
    assert.deepEqual(shown, row.found ?? []);
    const told = problems.map(({ origin, reason }) => `${origin}: ${reason}`);
    assert.equal(told.length, row.problems?.length ?? 0, told.join('\n'));
    for (const [index, pattern] of (row.problems ?? []).entries()) assert.match(told[index] ?? '', pattern);
    for (const text of [...shown, ...told, ...found.map(({ parsed }) => parsed.name)])
      assert.ok(!text.includes(secret), text);
  });
}

function env(text: string, ...found: string[]): Row {
  return { files: { '.env': text }, found };
}

function compose(text: string, found: readonly string[], ...problems: RegExp[]): Row {
  return { files: { 'compose.yaml': text }, found, problems };
}

function redisService(lines: string): string {
  return `services:\n  cache:\n    image: redis:7\n${lines.replaceAll(/^/gm, '    ')}\n`;
}

describe('Redis in a workspace: .env', () => {
  const rows: Readonly<Record<string, Row>> = {
    'a URL': env('REDIS_URL=redis://localhost:6380/2', 'redis://localhost:6380/2 .env · REDIS_URL'),
    'a password': env(`A=b\nREDIS_URL=redis://:${secret}@h`, 'redis://h:6379/0+ .env · REDIS_URL'),
    'export, quotes, a comment': env(
      '# here\nexport REDIS_URL="redis://h:1" # there',
      'redis://h:1/0 .env · REDIS_URL',
    ),
    'single quotes': env("BROKER='rediss://u@h:1'", 'rediss://u@h:1/0 .env · BROKER'),
    'CRLF and a BOM': env(
      '\uFEFFREDIS_URL=redis://h:1\r\nB=redis://h:2\r\n',
      'redis://h:1/0 .env · REDIS_URL',
      'redis://h:2/0 .env · B',
    ),
    'blanks around the sign': env('  REDIS_URL = redis://h:1  ', 'redis://h:1/0 .env · REDIS_URL'),
    'a raw # in quotes': env(`R="redis://:${secret}#@h"`, 'redis://h:6379/0+ .env · R'),
    'a commented line': env('#REDIS_URL=redis://h'),
    'valkey addresses': env(
      'A=valkey://h:1\nB=valkeys://h:2',
      'redis://h:1/0 .env · A',
      'rediss://h:2/0 .env · B',
    ),
    'several addresses in one': env(
      'N=redis://a:1,redis://b:2',
      'redis://a:1/0 .env · N',
      'redis://b:2/0 .env · N',
    ),
    'a socket': env('REDIS_URL=unix:///run/r.sock', 'unix:///run/r.sock?db=0 .env · REDIS_URL'),
    "Docker's socket": env('DOCKER_HOST=unix:///var/run/docker.sock'),
    'other addresses': env('A=http://redis\nDATABASE_URL=postgres://u:p@h/redis\nREDIS_TTL=60'),
    Laravel: env(
      'REDIS_CLIENT=phpredis\nREDIS_HOST=127.0.0.1\nREDIS_PASSWORD=null\nREDIS_PORT=6379',
      'redis://127.0.0.1:6379/0 .env · REDIS_HOST',
    ),
    Spring: env(
      `SPRING_DATA_REDIS_HOST=h\nSPRING_DATA_REDIS_PORT=1\nSPRING_DATA_REDIS_PASSWORD=${secret}\nSPRING_DATA_REDIS_USERNAME=u\nSPRING_DATA_REDIS_DATABASE=3`,
      'redis://u@h:1/3+ .env · SPRING_DATA_REDIS_HOST',
    ),
    Railway: env('REDISHOST=h\nREDISPORT=1\nREDISUSER=default', 'redis://default@h:1/0 .env · REDISHOST'),
    'two groups': env(
      'REDIS_HOST=a\nREDIS_PORT=1\nCACHE_REDIS_HOST=b\nCACHE_REDIS_PORT=2',
      'redis://a:1/0 .env · REDIS_HOST',
      'redis://b:2/0 .env · CACHE_REDIS_HOST',
    ),
    'TLS by a flag, a scheme and a prefix': env(
      'A_REDIS_HOST=a\nA_REDIS_TLS=true\nB_REDIS_HOST=b\nB_REDIS_SCHEME=tls\nC_REDIS_HOST=tls://c\nD_REDIS_HOST=d\nD_REDIS_TLS=false',
      'rediss://a:6379/0 .env · A_REDIS_HOST',
      'rediss://b:6379/0 .env · B_REDIS_HOST',
      'rediss://c:6379/0 .env · C_REDIS_HOST',
      'redis://d:6379/0 .env · D_REDIS_HOST',
    ),
    'host and port in one': env(
      'REDIS_ADDR=h:1\nVALKEY_HOST=::1\nVALKEY_PORT=2',
      'redis://h:1/0 .env · REDIS_ADDR',
      'redis://[::1]:2/0 .env · VALKEY_HOST',
    ),
    'a host that is a socket': env(
      'REDIS_HOST=/run/r.sock\nREDIS_PORT=0',
      'unix:///run/r.sock?db=0 .env · REDIS_HOST',
    ),
    'a password of special signs': env(
      `REDIS_HOST=h\nREDIS_PASSWORD="${secret}@:/?#%41$x"`,
      'redis://h:6379/0+ .env · REDIS_HOST',
    ),
    'a port and nothing else': env(`REDIS_PORT=6379\nREDIS_PASSWORD=${secret}`),
    'Sentinel and exporters': env('REDIS_SENTINEL_HOST=h\nREDIS_EXPORTER_HOST=h'),
    'references, forwards and with defaults': env(
      `REDIS_URL=redis://:\${PW}@\${H:-h}:\${P}/0\nPW=x\nP=7`,
      'redis://h:7/0+ .env · REDIS_URL',
    ),
    'single quotes keep a reference': env(
      `REDIS_URL='redis://:\${PW}@h'`,
      'redis://h:6379/0+ .env · REDIS_URL',
    ),
    'a reference that leads nowhere': {
      files: { '.env': `REDIS_URL=redis://:${secret}@\${HOST}\nREDIS_HOST=\${WHERE}\nX=\${Y}` },
      problems: [/^\.env · REDIS_URL: .*\$\{HOST\}/, /^\.env · REDIS_HOST: .*\$\{WHERE\}/],
    },
    'references in a circle and ever more of them': {
      files: {
        '.env': `REDIS_URL=\${A}\nA=\${REDIS_URL}\n${Array.from({ length: 60 }, (_, n) => `E${n}=\${E${n + 1}}\${E${n + 1}}`).join('\n')}\nE60=\nVALKEY_URL=\${E0}`,
      },
      problems: [/REDIS_URL: It refers to/],
    },
    'an address that is none': {
      files: { '.env': `REDIS_URL=redis://:${secret}@h:99999\nREDIS_HOST=${secret} x` },
      problems: [/REDIS_URL: The port/, /REDIS_HOST: The host/],
    },
    'the same address twice, with a password once': {
      files: {
        '.env.example': 'REDIS_URL=redis://h',
        '.env': `R=redis://:${secret}@H:6379/0`,
        'api/.env.local': 'REDIS_HOST=h',
      },
      found: ['redis://h:6379/0+ .env · R & api/.env.local · REDIS_HOST & .env.example · REDIS_URL'],
    },
    'one address with two passwords': {
      files: { '.env': 'R=redis://:a@h', '.env.production': 'R=redis://:b@h' },
      found: ['redis://h:6379/0+ .env · R', 'redis://h:6379/0+ .env.production · R'],
    },
    'names that forge a line': env(
      'REDIS_URL=redis://h\nRE\u202eDIS=redis://h:2',
      'redis://h:6379/0 .env · REDIS_URL',
    ),
    'names of prototypes': env(
      '__proto__=redis://h\nconstructor=redis://h:1',
      'redis://h:1/0 .env · constructor',
    ),
  };
  for (const [name, row] of Object.entries(rows)) check(name, row);
});

describe('Redis in a workspace: compose files', () => {
  const cache = 'redis://127.0.0.1:6380/0 compose.yaml · service cache, port 6380';
  const rows: Readonly<Record<string, Row>> = {
    'short syntax': compose(redisService("ports: ['6380:6379']"), [cache]),
    'unquoted, with a protocol': compose(redisService('ports:\n  - 6380:6379/tcp'), [cache]),
    'CRLF and a BOM': compose(`\uFEFF${redisService("ports: ['6380:6379']").replaceAll('\n', '\r\n')}`, [
      cache,
    ]),
    'an address to listen on': compose(
      redisService(
        "ports: ['127.0.0.1:6380:6379', '0.0.0.0:6380:6379', '192.168.1.5:1:6379', '[::1]:2:6379']",
      ),
      [
        `${cache}`,
        'redis://192.168.1.5:1/0 compose.yaml · service cache, port 1',
        'redis://[::1]:2/0 compose.yaml · service cache, port 2',
      ],
    ),
    'long syntax': compose(
      redisService(
        'ports:\n  - target: 6379\n    published: "6380"\n    host_ip: 127.0.0.1\n    protocol: tcp',
      ),
      [cache],
    ),
    'a random port': compose(redisService("ports: ['6379']"), [], /service cache: Docker picks/),
    'a random port in the long syntax': compose(redisService('ports:\n  - target: 6379'), [], /Docker picks/),
    'a range': compose(redisService("ports: ['6379-6381:6379-6381']"), [], /range of ports/),
    'UDP and other ports': compose(
      redisService("ports: ['6380:6379/udp', '8001:8001']"),
      [],
      /does not publish its port 6379/,
    ),
    'no ports': compose(redisService('restart: always'), [], /Service cache does not publish/),
    'the network of the machine': compose(redisService('network_mode: host'), [
      'redis://127.0.0.1:6379/0 compose.yaml · service cache',
    ]),
    'other images and a build': compose(
      `${[
        'bitnami/redis:7',
        'docker.io/valkey/valkey:8',
        'redis/redis-stack@sha256:0',
        'ghcr.io/x/keydb',
        `\${REGISTRY}/dragonfly`,
      ]
        .map((image, index) => `  s${index}:\n    image: ${image}\n    ports: ['${index + 1}:6379']`)
        .join('\n')
        .replace(/^/, 'services:\n')}\n  built:\n    build: .\n    ports: ['9:6379']\n`,
      [1, 2, 3, 4, 5]
        .map((port) => `redis://127.0.0.1:${port}/0 compose.yaml · service s${port - 1}, port ${port}`)
        .concat('redis://127.0.0.1:9/0 compose.yaml · service built, port 9'),
    ),
    'what is not Redis': compose(
      "services:\n  db: {image: 'postgres:16', ports: ['5432:5432']}\n  ui: {image: redis/redisinsight, ports: ['5540:5540']}\n  x: {image: oliver006/redis_exporter}",
      [],
    ),
    'a port from .env next to it, and one by default': {
      files: {
        'deploy/.env': 'REDIS_PORT=7001',
        'deploy/docker-compose.yml': [
          'services:',
          `  a: {image: redis, ports: ['\${REDIS_PORT:-6379}:6379']}`,
          `  b: {image: redis, ports: ['\${B_PORT:-7002}:6379']}`,
          `  c: {image: redis, ports: ['\${C_PORT}:6379']}`,
        ].join('\n'),
      },
      found: [
        'redis://127.0.0.1:7001/0 deploy/docker-compose.yml · service a, port 7001',
        'redis://127.0.0.1:7002/0 deploy/docker-compose.yml · service b, port 7002',
      ],
      problems: [/service c: Its port refers to \$\{C_PORT\}/],
    },
    'a password as text': compose(
      redisService(
        `ports: ['6380:6379']\ncommand: redis-server --save "" --requirepass ${secret} --appendonly yes`,
      ),
      [cache.replace('/0 ', '/0+ ')],
    ),
    'a password in a list': compose(
      redisService(`ports: ['6380:6379']\ncommand: [redis-server, --requirepass, '${secret} x']`),
      [cache.replace('/0 ', '/0+ ')],
    ),
    'a password through a shell and the environment': {
      files: {
        '.env': `PW=${secret}`,
        'compose.yaml': redisService(
          `ports: ["6380:6379"]\nenvironment:\n  - REDIS_PASSWORD=\${PW:?set it}\ncommand: sh -c "redis-server --requirepass $$REDIS_PASSWORD"`,
        ),
      },
      found: [cache.replace('/0 ', '/0+ ')],
    },
    'a password that is not here': compose(
      redisService(`ports: ["6380:6379"]\ncommand: redis-server --requirepass \${PW:?set it}`),
      [cache],
      /port 6380: Its password is not known\. .*\$\{PW\}/,
    ),
    'the password of an image': compose(
      `services:\n  cache:\n    image: bitnami/redis\n    ports: ['6380:6379']\n    environment: {REDIS_PASSWORD: ${secret}}`,
      [cache.replace('/0 ', '/0+ ')],
    ),
    'a port of its own, and TLS': compose(
      "services:\n  a: {image: redis, command: redis-server --port 7000, ports: ['1:7000']}\n  b: {image: redis, command: redis-server --port 0 --tls-port 6379, ports: ['2:6379']}",
      [
        'redis://127.0.0.1:1/0 compose.yaml · service a, port 1',
        'rediss://127.0.0.1:2/0 compose.yaml · service b, port 2',
      ],
    ),
    'an address of a service that publishes': compose(
      `services:\n  app:\n    build: .\n    environment:\n      REDIS_URL: redis://u:${secret}@cache:6379/4\n  cache: {image: redis, ports: ['6380:6379']}`,
      [cache, 'redis://u@127.0.0.1:6380/4+ compose.yaml · service app, REDIS_URL'],
    ),
    'an address of a service that does not': compose(
      "services:\n  app:\n    environment: ['REDIS_HOST=cache', 'REDIS_PORT=6379']\n  cache: {image: redis}",
      [],
      /service cache: Service cache does not publish/,
      /service app, REDIS_HOST: Service cache does not publish/,
    ),
    'an address of the machine outside': compose(
      'services:\n  app:\n    environment: {REDIS_URL: "redis://host.docker.internal:7"}',
      ['redis://127.0.0.1:7/0 compose.yaml · service app, REDIS_URL'],
    ),
    'a service named in .env of a folder below': {
      files: { 'compose.yaml': redisService("ports: ['6380:6379']"), 'api/.env': 'REDIS_HOST=cache' },
      found: ['redis://127.0.0.1:6380/0 api/.env · REDIS_HOST & compose.yaml · service cache, port 6380'],
    },
    'services of one name in two folders': {
      files: {
        'a/compose.yaml': redisService("ports: ['1:6379']"),
        'b/compose.yaml': redisService("ports: ['2:6379']"),
        'b/api/.env': 'REDIS_HOST=cache',
      },
      found: [
        'redis://127.0.0.1:2/0 b/api/.env · REDIS_HOST & b/compose.yaml · service cache, port 2',
        'redis://127.0.0.1:1/0 a/compose.yaml · service cache, port 1',
      ],
    },
    'a file that overrides another': {
      files: {
        'compose.yaml': redisService('restart: always'),
        'compose.override.yaml': redisService("ports: ['6380:6379']"),
      },
      found: ['redis://127.0.0.1:6380/0 compose.override.yaml · service cache, port 6380'],
    },
    'inside an attached container': {
      ...compose(redisService("ports: ['6380:6379']"), ['redis://cache:6379/0 compose.yaml · service cache']),
      in: 'attachedContainer',
    },
    'anchors and merge keys': compose(
      "x-base: &base\n  image: redis\nservices:\n  cache:\n    <<: *base\n    ports: ['6380:6379']\n",
      [cache],
    ),
    'tags of compose': compose(redisService("ports: !override ['6380:6379']"), [cache]),
    'a service twice': compose(
      `${redisService("ports: ['6380:6379']")}  cache:\n    image: redis\n    ports: ['6381:6379']\n`,
      ['redis://127.0.0.1:6381/0 compose.yaml · service cache, port 6381'],
      /stands twice in it \(line 5\)/,
    ),
    'broken YAML': compose(
      `services:\n  cache: {image: redis\n  pw: ${secret}: [`,
      [],
      /^compose\.yaml: It is not well-formed YAML \(line \d\)/,
    ),
    'aliases that multiply': compose(
      `a0: &a0 [x,x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n},*a${n},*a${n},*a${n}]`).join('\n')}\nservices: {c: {image: redis, ports: *a30}}`,
      [],
      /cannot be read as YAML/,
    ),
    'an alias of itself': compose(
      'services: &s\n  cache: {image: redis, ports: ["6380:6379"]}\n  other: *s\n',
      [cache],
    ),
    'nesting without end': compose('['.repeat(100_000), [], /YAML/),
    'a file beyond all measure': compose('x'.repeat(1_000_000), [], /too large/),
    'other shapes than expected': compose(
      'services:\n  a: redis\n  b: {image: [redis], ports: 6379}\n  c: {image: redis, ports: {a: 1}, environment: 7, command: {x: 1}}\n  7: {image: redis, ports: [[6379], null, true, 70000, "a:b", "99999:6379"]}\n  d: null',
      [],
      /service 7/,
      /service c/,
    ),
    'no services': compose('version: "3"', []),
    'an empty file': compose('', []),
    'a list': compose('- services', []),
  };
  for (const [name, row] of Object.entries(rows)) check(name, row);
});

describe('Redis in a workspace: dev containers', () => {
  const inside = 'devContainer';
  const rows: Readonly<Record<string, Row>> = {
    'ports, with comments and commas too many': {
      files: {
        '.devcontainer/devcontainer.json':
          '\uFEFF{\r\n // why\r\n "forwardPorts": [3000, 6379, "db:5432",],\r\n}',
      },
      found: ['redis://127.0.0.1:6379/0 .devcontainer/devcontainer.json · forwardPorts'],
    },
    'a port with a label, and one of a service': {
      files: {
        '.devcontainer.json':
          '{"forwardPorts":[7000,7001,"redis:7002"],"portsAttributes":{"7000":{"label":"Redis (cache)"}}}',
      },
      found: [
        'redis://127.0.0.1:7000/0 .devcontainer.json · forwardPorts',
        'redis://redis:7002/0 .devcontainer.json · forwardPorts',
      ],
    },
    variables: {
      files: {
        '.devcontainer/api/devcontainer.json': `{"containerEnv":{"REDIS_URL":"redis://:${secret}@h:1"},"remoteEnv":{"REDIS_HOST":"h","REDIS_PORT":2,"VALKEY_URL":"\${localEnv:VALKEY_URL}"}}`,
      },
      found: [
        'redis://h:1/0+ .devcontainer/api/devcontainer.json · containerEnv.REDIS_URL',
        'redis://h:2/0 .devcontainer/api/devcontainer.json · remoteEnv.REDIS_HOST',
      ],
      problems: [/remoteEnv\.VALKEY_URL: .*\$\{localEnv:VALKEY_URL\}/],
    },
    'services, from inside their containers': {
      files: {
        '.devcontainer/devcontainer.json':
          '{"dockerComposeFile":["../compose.yaml"],"containerEnv":{"REDIS_HOST":"cache"}}',
        'compose.yaml': redisService('restart: always'),
        'other/compose.yaml': "services: {x: {image: redis, ports: ['7:6379']}}",
      },
      in: inside,
      found: [
        'redis://cache:6379/0 compose.yaml · service cache & .devcontainer/devcontainer.json · containerEnv.REDIS_HOST',
        'redis://127.0.0.1:7/0 other/compose.yaml · service x, port 7',
      ],
    },
    'services, from outside': {
      files: {
        '.devcontainer/devcontainer.json':
          '{"dockerComposeFile":"compose.yml","forwardPorts":["cache:6379"]}',
        '.devcontainer/compose.yml': redisService('restart: always'),
      },
      problems: [
        /compose\.yml · service cache: .*does not publish/,
        /devcontainer\.json · forwardPorts: .*does not publish/,
      ],
    },
    'broken JSON': {
      files: { '.devcontainer.json': `{"forwardPorts":[6379],\n"pw":"${secret}` },
      found: ['redis://127.0.0.1:6379/0 .devcontainer.json · forwardPorts'],
      problems: [/^\.devcontainer\.json: It is not well-formed JSON \(line 2\)/],
    },
    'nesting without end': {
      files: { '.devcontainer.json': '['.repeat(500_000) },
      problems: [/well-formed JSON/],
    },
    'other shapes than expected': {
      files: {
        '.devcontainer.json': '[{"forwardPorts":[6379]}]',
        'x/.devcontainer.json': '{"forwardPorts":{"6379":1},"containerEnv":["a"],"dockerComposeFile":[1]}',
      },
    },
  };
  for (const [name, row] of Object.entries(rows)) check(name, row);
});

describe('Redis in a workspace: hostile files', () => {
  /** Nonsense of a megabyte that is hard on expressions with repeats in them. */
  const nonsense = [
    '\n',
    ' ',
    '\r',
    "A='x\n",
    'A="\n',
    '${',
    '$${A:-',
    'REDIS',
    'REDIS_HOST=redis://',
    '- ',
    '[',
    '{',
    ': ',
    '&a ',
    '"',
    '#\n',
    '\t',
    'a: b\n',
    '\u2028',
  ];
  for (const part of nonsense) {
    it(`read a megabyte of ${JSON.stringify(part)} and go on`, function () {
      this.timeout(60_000);
      const text = part.repeat(Math.floor(1_048_576 / part.length));
      const yaml = text.slice(0, 131_072);
      const { found } = read({
        '.env': text,
        'a/.env': `REDIS_URL=${text}`,
        '.devcontainer.json': text,
        'compose.yaml': yaml,
        'a/compose.yaml': `services:\n  a:\n    image: redis\n    command: ${yaml.slice(0, 131_000)}`,
        '.env.z': 'REDIS_URL=redis://h:1',
      });
      assert.ok(found.some(({ parsed }) => parsed.url === 'redis://h:1/0'));
    });
  }

  it('read no more compose files than are worth the wait', () => {
    const text = `${redisService("ports: ['6380:6379']")}# ${'x'.repeat(100_000)}`;
    const files = Array.from({ length: 6 }, (_, index) => [`${index}/compose.yaml`, text] as const);
    const { found, problems } = read(Object.fromEntries(files));
    assert.equal(found[0]?.origins.length, 5);
    assert.deepEqual(
      problems.map(({ origin }) => origin),
      ['5/compose.yaml'],
    );
  });

  it('show a bounded number of addresses, and count the others', () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `R${index}=redis://h:${index + 1}`).join('\n');
    const { found, problems } = read({ '.env': lines });
    assert.equal(found.length, 200);
    assert.deepEqual(problems, [{ origin: '…', reason: '800 more entries are not shown.' }]);
  });
});

describe('the files that are looked at', () => {
  it('are told by their names', () => {
    const kinds: Readonly<Record<string, string | undefined>> = {
      '.env': 'env',
      'api/.env.local': 'env',
      '.envrc': undefined,
      'x.env': undefined,
      'compose.yaml': 'compose',
      'compose.yml': 'compose',
      'a/docker-compose.yml': 'compose',
      'docker-compose.dev.yaml': 'compose',
      'compose.json': undefined,
      'decompose.yaml': undefined,
      '.devcontainer.json': 'devcontainer',
      '.devcontainer/devcontainer.json': 'devcontainer',
      '.devcontainer/a/devcontainer.json': 'devcontainer',
      'devcontainer.json': undefined,
    };
    for (const [path, kind] of Object.entries(kinds)) assert.equal(workspaceFileKind(path), kind, path);
  });
});
