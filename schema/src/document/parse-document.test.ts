import { describe, expect, it } from 'vitest';
import { documentSections } from './document-schema.ts';
import { parseDocument } from './parse-document.ts';

const SECRET = 'sk-live-0123456789abcdef';

const problemsOf = (text: string): readonly string[] =>
  parseDocument([{ path: 'a.yaml', text }]).problems.map(
    ({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`,
  );

const document = (...lines: readonly string[]): string => ['tollgate: 1', ...lines].join('\n');

describe('a right document', () => {
  const text = document(
    'providers:',
    '  openai: { type: openai, apiKey: { env: OPENAI_API_KEY } }',
    'models:',
    '  "openai/*": { deployments: [{ provider: openai, model: "*" }] }',
    'teams:',
    'keys:',
    '  search: { team: search, secret: { file: key.txt }, tags: [prod] }',
  );

  it('gives each entity with its kind, name, declaration and first line', () => {
    const { declarations, problems } = parseDocument([{ path: 'a.yaml', text }]);
    expect(problems).toEqual([]);
    expect(declarations).toEqual([
      {
        kind: 'provider',
        name: 'openai',
        declaration: { type: 'openai', apiKey: { env: 'OPENAI_API_KEY' } },
        at: { file: 'a.yaml', line: 3, column: 3 },
      },
      {
        kind: 'model',
        name: 'openai/*',
        declaration: { deployments: [{ provider: 'openai', model: '*' }] },
        at: { file: 'a.yaml', line: 5, column: 3 },
      },
      {
        kind: 'virtual-key',
        name: 'search',
        declaration: { team: 'search', secret: { file: 'key.txt' }, tags: ['prod'] },
        at: { file: 'a.yaml', line: 8, column: 3 },
      },
    ]);
  });

  it('reads the same with CRLF line ends and a byte order mark', () => {
    const plain = parseDocument([{ path: 'a.yaml', text }]);
    const windows = parseDocument([{ path: 'a.yaml', text: `\uFEFF${text.replaceAll('\n', '\r\n')}` }]);
    expect(windows.problems).toEqual([]);
    expect(windows.declarations).toEqual(plain.declarations);
  });

  it('reads JSON, also when it is indented with tabs', () => {
    const json = JSON.stringify({ tollgate: 1, providers: { demo: { type: 'mock' } } }, null, '\t');
    const { declarations, problems } = parseDocument([{ path: 'a.json', text: json }]);
    expect(problems).toEqual([]);
    expect(declarations.map(({ name, at }) => [name, at.line])).toEqual([['demo', 4]]);
  });

  it('expands anchors, and points at the anchor if what it holds is wrong', () => {
    const shared = (model: string) =>
      document('teams:', `  a: { models: &m [${model}] }`, '  b: { models: *m }', '  c: { models: *m }');
    const { declarations } = parseDocument([{ path: 'a.yaml', text: shared('gpt-4.1') }]);
    expect(declarations.map(({ declaration }) => declaration)).toEqual(Array(3).fill({ models: ['gpt-4.1'] }));
    expect(problemsOf(shared('" "')).map((problem) => problem.split(' ')[0])).toEqual(['3:20', '3:20', '3:20']);
  });

  it('lets one anchor be used by a thousand entities', () => {
    const teams = Array.from({ length: 1000 }, (_, index) => `  t${index}: { models: *m }`);
    const { problems, declarations } = parseDocument([
      { path: 'a.yaml', text: document('teams:', '  first: { models: &m [a] }', ...teams) },
    ]);
    expect(problems).toEqual([]);
    expect(declarations).toHaveLength(1001);
  });
});

describe('each wrong document is refused with line, column, path and what would be right', () => {
  const sections = `known are ${['tollgate', 'owner', ...Object.keys(documentSections)].join(', ')}`;
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['an empty file', '', ['1:1 : `tollgate: 1` is missing: each file says the version of its format']],
    ['a list', '- 1', ['1:1 : should be a map of sections that starts with `tollgate: 1`']],
    [
      'another version',
      'tollgate: 2',
      ['1:11 tollgate: should be 1: the version of the format that this Tollgate reads'],
    ],
    [
      'an unknown section',
      document('model: {}', 'zebra: {}'),
      [
        `2:1 model: unknown section \`model\`; ${sections}; did you mean \`models\`?`,
        `3:1 zebra: unknown section \`zebra\`; ${sections}`,
      ],
    ],
    [
      'a section of a later version',
      document('guardrails: {}'),
      ['2:1 guardrails: `guardrails` is not supported by this version of Tollgate yet'],
    ],
    ['a section that is a list', document('keys: []'), ['2:7 keys: should be a map from names to entities']],
    [
      'an unknown field, a missing one and a wrong type at once',
      document('models:', '  m:', '    deployments:', '      - { providr: a, model: b, weight: "3" }'),
      [
        '5:9 models.m.deployments[0].provider: is missing; it should be text',
        '5:11 models.m.deployments[0].providr: unknown field `providr`; known are name, provider, model, weight, order, tags, rpm, tpm, contextTokens, tokenizer, mock; did you mean `provider`?',
        '5:41 models.m.deployments[0].weight: should be a number, not text',
      ],
    ],
    [
      'fields of a later version',
      document(
        'models:',
        '  m:',
        '    deployments: [{ provider: a, model: b, budgets: [] }]',
        '    cache: {}',
        'teams:',
        '  t: { guardrails: [] }',
      ),
      [
        '4:44 models.m.deployments[0].budgets: `budgets` is not supported by this version of Tollgate yet',
        '5:5 models.m.cache: `cache` is not supported by this version of Tollgate yet',
        '7:8 teams.t.guardrails: `guardrails` is not supported by this version of Tollgate yet',
      ],
    ],
    [
      'a duration without a unit',
      document('models:', '  m: { deployments: [{ provider: a, model: b }], routing: { timeout: 60 } }'),
      ['3:70 models.m.routing.timeout: a duration such as 500ms, 60s or 5m'],
    ],
    [
      'an unknown kind of failure of a mock',
      document('models:', '  m: { deployments: [{ provider: a, model: b, mock: { failures: [{ kind: x }] } }] }'),
      [
        '3:74 models.m.deployments[0].mock.failures[0].kind: should be one of status, reset, reset_mid_stream, garbage, hang, latency, drip',
      ],
    ],
    [
      'an entity without anything',
      document('keys:', '  k:'),
      ['3:3 keys.k: is empty: write `{}` for an entity without fields'],
    ],
    [
      'a name given twice in one file, and what else is wrong',
      document('teams:', '  a: {}', '  a: { modls: [] }', 'keys:', '  k: { type: x }'),
      [
        '4:3 teams.a: is given twice, first in line 3',
        '4:8 teams.a.modls: unknown field `modls`; known are organization, models, accessGroups, tags, routing, budgets, rateLimits, description, metadata; did you mean `models`?',
        '6:14 keys.k.type: should be one of inference, management, read-only',
      ],
    ],
    ['a broken text', document('teams: "a'), ['2:10 : a comma, a blank, a quote or a closing bracket is missing']],
    [
      'a tag',
      document('teams: !include x'),
      ['2:8 : tags (`!name`) are not allowed; a text that starts with `!` needs quotes'],
    ],
    [
      'two documents in a file',
      document('---', 'a: 1'),
      ['2:1 : a file holds one document; put the second one into a file of its own'],
    ],
    ['an alias to nothing', document('teams: *x'), ['2:8 teams: no anchor of this name stands before this alias']],
    [
      'an alias into itself',
      document('teams: &x { a: *x }'),
      ['2:16 teams.a: an alias cannot stand inside of what it stands for'],
    ],
    [
      'a name that objects are made of',
      document('keys:', '  __proto__: {}', '  ok: { metadata: { __proto__: x } }'),
      ['3:3 keys.__proto__: this name cannot be used', '4:21 keys.ok.metadata.__proto__: this name cannot be used'],
    ],
  ];

  it.each(cases)('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });
});

describe('several files', () => {
  it('are merged, and a name given twice names both places', () => {
    const { declarations, problems } = parseDocument([
      { path: 'a.yaml', text: document('teams:', '  a: {}') },
      { path: 'b.yaml', text: document('teams:', '  b: {}', '  a: {}') },
    ]);
    expect(declarations.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toEqual([
      { file: 'b.yaml', line: 4, column: 3, path: 'teams.a', message: 'is also declared at a.yaml:3' },
    ]);
  });

  it('see a name given twice although one of the two is wrong', () => {
    const { problems } = parseDocument([
      { path: 'a.yaml', text: document('teams:', '  a: { modls: [] }') },
      { path: 'b.yaml', text: document('teams:', '  a: {}') },
    ]);
    expect(problems.map(({ file, path }) => [file, path])).toEqual([
      ['a.yaml', 'teams.a.modls'],
      ['b.yaml', 'teams.a'],
    ]);
  });

  it('each say their version', () => {
    const { problems } = parseDocument([
      { path: 'a.yaml', text: document() },
      { path: 'b.yaml', text: 'teams: {}' },
    ]);
    expect(problems.map(({ file }) => file)).toEqual(['b.yaml']);
  });
});

describe('a secret in the document', () => {
  const places = [
    `providers: { p: { type: openai, apiKey: ${SECRET} } }`,
    `providers: { p: { type: openai, apiKey: { value: ${SECRET} } } }`,
    `providers: { p: { type: openai, apiKey: { ${SECRET} } } }`,
    `providers: { p: { type: openai, apiKey: { ${SECRET}: 1, ${SECRET}: 2 } } }`,
    `providers: { p: { type: openai, apiKey: { env: ${SECRET} } } }`,
    `providers: { p: { type: openai, apiKey: *${SECRET} } }`,
    `providers: { p: { type: openai, apiKey: !${SECRET} x } }`,
    `providers: { p: { type: openai, apiKey: "${SECRET} } }`,
    `keys: { k: { secret: ${SECRET} } }`,
    `keys: { k: { secret: [${SECRET}] } }`,
    `keys: { k: { secret: { sha256: ${SECRET} } } }`,
    `keys: { k: { secret: { env: A, file: ${SECRET} } } }`,
  ];

  it.each(places)('is refused and never repeated: %s', (line) => {
    const { problems } = parseDocument([{ path: 'a.yaml', text: document(line) }]);
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });

  it('is answered with how to write it', () => {
    expect(problemsOf(document(`providers: { p: { type: openai, apiKey: ${SECRET} } }`))).toEqual([
      '2:41 providers.p.apiKey: the secret itself must not stand in a document: write `{ env: NAME }`, `{ file: PATH }`, or `{ stored: true }` to keep the one that is stored',
    ]);
    expect(problemsOf(document('providers: { p: { type: openai, apiKey: { vault: x } } }'))).toEqual([
      '2:41 providers.p.apiKey: `vault` is not supported by this version of Tollgate yet',
    ]);
  });
});

describe('locate', () => {
  const { locate } = parseDocument([
    {
      path: 'a.yaml',
      text: document('models:', '  m:', '    deployments:', '      - provider: a', '        model: b'),
    },
  ]);

  it('finds the value at a path, or its nearest ancestor', () => {
    expect(locate('model', 'm', 'deployments[0].model')).toMatchObject({ line: 6, column: 16 });
    expect(locate('model', 'm', 'deployments[7].model')).toMatchObject({ line: 4, column: 5 });
    expect(locate('model', 'm')).toMatchObject({ line: 3, column: 3, path: 'models.m' });
  });

  it('knows nothing of what the document does not declare', () => {
    expect(locate('model', 'constructor')).toBeUndefined();
    expect(locate('team', 'm')).toBeUndefined();
  });
});

describe('owner', () => {
  const parse = (...texts: readonly string[]) =>
    parseDocument(texts.map((text, index) => ({ path: `${index}.yaml`, text: `tollgate: 1\n${text}` })));

  it('is that of the file which names one, for all files of the document', () => {
    expect(parse('teams: {}', 'owner: gateway')).toMatchObject({ owner: 'gateway', problems: [] });
    expect(parse('teams: {}').owner).toBeUndefined();
  });

  it('is one for all files', () => {
    expect(parse('owner: a', 'owner: b').problems).toMatchObject([
      {
        file: '1.yaml',
        line: 2,
        column: 8,
        path: 'owner',
        message: 'should be a, as at 0.yaml:2: a document has one owner',
      },
    ]);
  });

  it.each(['api', '7', 'two words', '[]'])('refuses %s', (name) => {
    expect(parse(`owner: ${name}`).problems).toMatchObject([{ path: 'owner', line: 2, column: 8 }]);
  });
});
