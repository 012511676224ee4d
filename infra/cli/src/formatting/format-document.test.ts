import { describe, expect, it } from 'vitest';
import { createDocumentFormatter } from './format-document.ts';

const formatDocument = createDocumentFormatter();
const format = (text: string, path = 'a.yaml'): string => {
  const formatted = formatDocument({ path, text });
  if (formatted.kind !== 'formatted') throw new Error(`is ${formatted.kind}`);
  return formatted.text;
};

describe('formatDocument', () => {
  it('puts sections and fields into the order of the schema, unknown ones behind, and leaves names and lists as they are', () => {
    const text = `
keys: { b: { metadata: { z: '1', a: '2' }, team: t } }
zebra: 1
models:
  second:
    routing: { timeout: 5s, strategy: weighted }
    deployments:
    - {model: m, provider: p}
    - {model: a, provider: p}
  first: { deployments: [ { model: x, provider: p } ] }
tollgate: 1
`;
    expect(format(text)).toBe(`tollgate: 1

models:
  second:
    deployments:
      - { provider: p, model: m }
      - { provider: p, model: a }
    routing: { strategy: weighted, timeout: 5s }
  first: { deployments: [{ provider: p, model: x }] }

keys: { b: { team: t, metadata: { z: '1', a: '2' } } }
zebra: 1
`);
  });

  it('moves comments with what they belong to', () => {
    const text = `# yaml-language-server: $schema=tollgate.schema.json
# about teams
teams: # behind the section
  # over the team
  search:
    # over the field
    models: [a] # behind the field
    # at the end of the team
  # at the end of the teams
# over the version
tollgate: 1
# at the end
`;
    expect(format(text)).toBe(`# yaml-language-server: $schema=tollgate.schema.json

# over the version
tollgate: 1

# about teams
teams: # behind the section
  # over the team
  search:
    # over the field
    models: [a] # behind the field
    # at the end of the team
  # at the end of the teams
# at the end
`);
  });

  it('opens braces that are too long for a line or hold comments, and keeps the others', () => {
    const long = 'a-name-that-is-so-long-that-two-of-them-fill-a-line-of-one-hundred-characters';
    const text = `tollgate: 1
keys: { a: { models: [x] }, # why
  b: {} }
models:
  m: {deployments: [{name: ${long}, provider: p, model: ${long}}]}
`;
    expect(format(text)).toBe(`tollgate: 1

models:
  m:
    deployments:
      - name: ${long}
        provider: p
        model: ${long}

keys:
  a: { models: [x] } # why
  b: {}
`);
  });

  it.each([
    [100, true],
    [101, false],
  ])('a line in braces of %i characters stays one: %s', (length, stays) => {
    const name = 'x'.repeat(length - '  a: { models: [] }'.length);
    const formatted = format(`tollgate: 1\nkeys:\n  a: { models: [${name}] }\n`);
    expect(formatted.includes(`  a: { models: [${name}] }\n`)).toBe(stays);
  });

  it('keeps texts as they are written, also those of several lines', () => {
    const text = `tollgate: 1
keys:
  a:
    metadata:
      kept: |-
          two

            lines
      indented: |2
           first
          second
      folded: >
        one
        line
      "quoted": 'it''s'
      wrapped: one
        two
      tagged: &x   !!str 1
      empty:
`;
    expect(format(text)).toBe(`tollgate: 1

keys:
  a:
    metadata:
      kept: |-
        two

          lines
      indented: |2
           first
          second
      folded: >
        one
        line
      "quoted": 'it''s'
      wrapped: "one two"
      tagged: !!str &x 1
      empty:
`);
  });

  it('leaves the order as it is where an alias could come before its anchor', () => {
    const text = 'tollgate: 1\n\nteams:\n  a: &a { models: [x] }\n\nmodels:\n  m: *a\n';
    expect(format(text)).toBe(text);
  });

  it('writes JSON as JSON', () => {
    expect(format('{"teams": {"a": {"models": []}}, "tollgate": 1}', 'a.json')).toBe(
      '{\n  "tollgate": 1,\n  "teams": {\n    "a": {\n      "models": []\n    }\n  }\n}\n',
    );
    expect(formatDocument({ path: 'a.json', text: 'tollgate: 1' }).kind).toBe('unreadable');
  });

  it('tells what is no config document from what cannot be read, and says where', () => {
    expect(formatDocument({ path: 'a.yaml', text: 'services: {}' })).toEqual({ kind: 'other' });
    expect(formatDocument({ path: 'a.yaml', text: '- tollgate' })).toEqual({ kind: 'other' });
    const unreadable = formatDocument({ path: 'a.yaml', text: 'tollgate: 1\nkeys: {\n  a: "sk-secret\n' });
    expect(unreadable).toMatchObject({ kind: 'unreadable', problems: [{ file: 'a.yaml' }] });
    expect(JSON.stringify(unreadable)).not.toContain('sk-secret');
  });

  it('reads the line ends and the byte order mark of other systems', () => {
    expect(format('\ufefftollgate: 1\r\nteams: # c\r\n  a: {}\r\n')).toBe('tollgate: 1\n\nteams: # c\n  a: {}\n');
  });
});
