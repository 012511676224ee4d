import { describe, expect, it } from 'vitest';
import { type ConfigMap, fieldsOf, itemsOf } from './config-node.ts';
import { readConfig } from './read-config.ts';
import { booleanOf, isNothing, numberOf, textOf } from './scalars.ts';
import { mergeSections } from './sections.ts';

function read(text: string, path = 'config.yaml'): ConfigMap {
  const config = readConfig({ path, text });
  if (!config.ok) throw new Error(config.problem.message);
  return config.root;
}
const field = (root: ConfigMap, name: string) => fieldsOf(root).get(name)?.value;

describe('readConfig', () => {
  it('reads scalars as LiteLLM’s dialect, YAML 1.1, and keeps the digits of numbers', () => {
    const root = read('a: yes\nb: "yes"\nc: 1_000\nd: ~\ne: "null"\nf: 1e-6\ng: Off\nh: os.environ/X');
    expect(booleanOf(field(root, 'a'))).toBe(true);
    expect(booleanOf(field(root, 'g'))).toBe(false);
    expect(numberOf(field(root, 'c'))).toBe(1_000);
    expect(isNothing(field(root, 'd'))).toBe(true);
    expect(isNothing(field(root, 'e'))).toBe(false);
    expect(textOf(field(root, 'f'))).toBe('1e-6');
  });

  it('merges aliases: what stands here counts more, then the first of several', () => {
    const root = read('x: &x { a: 1, b: 1, c: 1 }\ny: &y { b: 2, d: 2 }\nz: { <<: [*y, *x], c: 3 }');
    const fields = fieldsOf(field(root, 'z'));
    expect([...fields].map(([name, { value }]) => `${name}=${textOf(value)}`).sort()).toEqual([
      'a=1',
      'b=2',
      'c=3',
      'd=2',
    ]);
  });

  it('takes the last of equal keys, and tells where it stands', () => {
    const root = read('a: 1\na: 2');
    expect(textOf(field(root, 'a'))).toBe('2');
    expect(root.entries[0]?.supersededAt).toMatchObject({ line: 2, column: 1 });
  });

  it('takes what Python’s parser takes: a brace that closes further left, and unknown tags', () => {
    const root = read('retry_policy: {\n    a: 1,\n  }\nb: !custom x');
    expect(fieldsOf(field(root, 'retry_policy')).size).toBe(1);
    expect(textOf(field(root, 'b'))).toBe('x');
  });

  it('shows no name that could be a secret', () => {
    const root = read(
      'credentials: { sk-planted: 1 }\nmax_tokens: { shown: 1 }\nmodel: { api_key: { sk-planted: 1 } }',
    );
    const paths = JSON.stringify(root, (key, value) => (key === 'path' ? value : key === 'name' ? undefined : value));
    expect(paths).not.toContain('sk-planted');
    expect(paths).toContain('max_tokens.shown');
  });

  it.each([
    ['a: [1', 1, 6],
    ['a: 1\n b: 2', 1, 4],
    ['a: *nothing', 1, 4],
    ['a: &a [*a]', 1, 8],
    ['- a', 1, 1],
    ['', 1, 1],
  ])('says where %j cannot be read, without repeating it', (text, line, column) => {
    const config = readConfig({ path: 'config.yaml', text });
    expect(config).toMatchObject({ ok: false, problem: { file: 'config.yaml', line, column } });
  });
});

describe('mergeSections', () => {
  it('continues lists and replaces maps by those of the file that is included last', () => {
    const main = read('model_list: [{ a: 1 }]\nlitellm_settings: { x: 1, y: 1 }', 'main.yaml');
    const included = read('model_list: [{ a: 2 }]\nlitellm_settings: { x: 2 }', 'included.yaml');
    const { byName, replaced } = mergeSections([main, included]);
    expect(itemsOf(byName.get('model_list')?.value)).toHaveLength(2);
    expect([...fieldsOf(byName.get('litellm_settings')?.value).keys()]).toEqual(['x']);
    expect(replaced.map(({ entry, by }) => [entry.place.file, by.place.file])).toEqual([
      ['main.yaml', 'included.yaml'],
    ]);
  });
});
