import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readFullYaml } from './full-yaml.ts';
import { createLineIndex } from './line-index.ts';
import { readPlainYaml } from './plain-yaml.ts';

const RUNS = 3_000;

/** Whether the text was read plainly. If so, it must be what the full reader gives, names and all. */
function agrees(text: string): boolean {
  const plain = readPlainYaml(text);
  if (!plain) return false;
  const lines = createLineIndex(text);
  const full = readFullYaml(text, lines);
  if (!full.ok) throw new Error(`read plainly, though wrong: ${JSON.stringify(text)}`);
  expect(plain.value).toStrictEqual(full.value);
  for (const path of namesIn(full.value)) {
    const offset = plain.nameOffset(path);
    expect(offset === undefined ? undefined : lines.positionAt(offset)).toEqual(full.positionOfName(path));
  }
  return true;
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The paths of the outermost two levels of names. */
function namesIn(value: unknown): readonly (readonly string[])[] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...(isMap(inner) ? Object.keys(inner).map((second) => [name, second]) : []),
  ]);
}

const SAMPLE = `# what we run
tollgate: 1
owner: gateway

providers:
  openai: { type: openai, apiKey: { env: OPENAI_API_KEY } }   # the first
  "local vllm":
    type: vllm
    baseUrl: http://10.0.0.5:8000/v1
models:
  gpt-4.1:
    deployments:
      - { name: primary, provider: openai, model: gpt-4.1, weight: 3 }
      - name: spare
        provider: local
        weight: 0.25
    routing: { strategy: weighted, timeout: 60s,
               retries: -1 }
  'it''s': {deployments: [{provider: a, "model":"*"}], on: true, off: ~}
teams:
  empty:
  search:
    models:
    - gpt-4.1
    - "openai/*"
    -
      - a: b
`;

/** What texts are made of that look like documents, but are wrong or unusual in some place. */
const fragment = fc.oneof(
  fc.constantFrom('a', 'b: ', 'key:', ':', ': ', '- ', '-', '  ', ' ', '\n', '\n  ', '\n    ', ', ', ',', '#', ' # x'),
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '"q"',
    "'it''s'",
    '"\\n"',
    '\\',
    '?',
    '? ',
    '!t ',
    '&x ',
    '*x',
    '|',
    '>',
  ),
  fc.constantFrom(
    '1',
    '-1',
    '0',
    '-0',
    '00',
    '1.50',
    '-0.0',
    '1e3',
    '+1',
    '.5',
    '5.',
    '0x1F',
    '0o7',
    '1_000',
    '.inf',
    '-.inf',
  ),
  fc.constantFrom(
    '.nan',
    'true',
    'True',
    'false',
    'null',
    'Null',
    '~',
    'yes',
    '<<: ',
    '=',
    '5d',
    '12345678901234567890',
    '0b1',
  ),
  fc.constantFrom(
    '\t',
    '\r\n',
    '---',
    '...',
    '%YAML',
    '\u00a0',
    '\u2028',
    'ü',
    '😀',
    '\ufeff',
    '\u0085',
    '__proto__: ',
    '@',
    '`',
  ),
  fc.string({ maxLength: 3 }),
);
const assembled = fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join(''));
const line = fc
  .tuple(
    fc.constantFrom('', '  ', '    ', '      '),
    fc.constantFrom('', '- ', '- - '),
    fc.array(fragment, { maxLength: 5 }),
  )
  .map(([indent, dash, parts]) => `${indent}${dash}${parts.join('')}`);
const lines = fc.array(line, { maxLength: 8 }).map((all) => all.join('\n'));
const edited = fc
  .array(fc.tuple(fc.nat(SAMPLE.length), fc.nat(3), fc.oneof(fc.constant(''), fragment)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((edits) =>
    edits.reduce((text, [start, removed, put]) => text.slice(0, start) + put + text.slice(start + removed), SAMPLE),
  );

describe('the plain reader', () => {
  it.each([
    ['pieces of YAML', assembled],
    ['lines of pieces', lines],
    ['a document with slips', edited],
  ])('reads nothing otherwise than the full one: %s', (_, text) => {
    fc.assert(
      fc.property(text, (one) => void agrees(one)),
      { numRuns: RUNS },
    );
  });

  it('reads ordinary documents', () => {
    expect(agrees(SAMPLE)).toBe(true);
    expect(agrees('')).toBe(true);
    expect(agrees('# nothing yet\n')).toBe(true);
  });

  it('reads what programs write, be it YAML or JSON', () => {
    const name = fc.stringMatching(/^[a-zA-Z][\w .:/@-]{0,20}$/);
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, name, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
      list: fc.array(tie('any'), { maxLength: 3 }),
      map: fc.dictionary(name, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    })).map;
    fc.assert(
      fc.property(value, (document) => {
        expect(agrees(JSON.stringify(document, null, 2))).toBe(true);
        expect(agrees(JSON.stringify(document))).toBe(true);
        expect(agrees(stringify(document, { lineWidth: 0 }))).toBe(true);
      }),
    );
  });

  it.each([
    ['a name given twice', 'a: 1\na: 2'],
    ['a name that cannot be used', '__proto__: 1'],
    ['an anchor', 'a: &x 1'],
    ['an alias', 'a: *x'],
    ['a tag', 'a: !t 1'],
    ['text of several lines', 'a: |\n  b'],
    ['text that goes on', 'a: b\n  c'],
    ['a tab', 'a:\tb'],
    ['a second document', 'a: 1\n---\nb: 2'],
    ['a bracket that is not closed', 'a: [b'],
    ['a number that few write so', 'a: 0x1F'],
    ['nesting without end', `a: ${'['.repeat(1_000)}${']'.repeat(1_000)}`],
  ])('leaves to the full one: %s', (_, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });
});
