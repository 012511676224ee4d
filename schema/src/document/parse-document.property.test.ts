import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseDocument } from './parse-document.ts';

const parse = (text: string) => parseDocument([{ path: 'a.yaml', text }]);

const awkwardName = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '<<', '', 'tollgate', '0'),
);
const secretPlace = fc.constantFrom('apiKey', 'secret');

describe('parseDocument', () => {
  it('answers any text with a value, and points into it', () => {
    const fragment = fc.constantFrom(
      'tollgate: 1\n',
      'keys:\n',
      '  a: ',
      '{',
      '}',
      '[',
      ']',
      '&x ',
      '*x',
      '"',
      ': ',
      '\n',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fragment, fc.string({ maxLength: 4 })), { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        for (const { line, column } of parse(text).problems) {
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes or refuses any name of an entity, and changes no prototype', () => {
    fc.assert(
      fc.property(fc.uniqueArray(awkwardName, { maxLength: 8 }), (names) => {
        const text = `tollgate: 1\nkeys:\n${names.map((name) => `  ${JSON.stringify(name)}: {}\n`).join('')}`;
        const { declarations, problems } = parse(text);
        const refused = new Set(problems.map(({ line }) => line));
        const hasBlocker = names.includes('__proto__');
        if (!hasBlocker) expect(declarations.length + refused.size).toBe(names.length);
        expect(declarations.every(({ name }) => names.includes(name))).toBe(true);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });

  it('never repeats what stands in the place of a secret', () => {
    const secret = fc.stringMatching(/^sk-[a-z0-9]{20}$/);
    fc.assert(
      fc.property(secret, secretPlace, fc.constantFrom('plain', 'list', 'map', 'name'), (value, field, shape) => {
        const held = { plain: value, list: [value], map: { value }, name: { [value]: null } }[shape];
        const sections =
          field === 'apiKey'
            ? { providers: { p: { type: 'openai', apiKey: held } } }
            : { keys: { k: { secret: held } } };
        const { problems } = parse(stringify({ tollgate: 1, ...sections }));
        expect(problems).toHaveLength(1);
        expect(JSON.stringify(problems)).not.toContain(value);
      }),
    );
  });

  it('gives declared entities back as they were', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);
    const deployment = fc.record({ provider: name, model: name, weight: fc.integer({ min: 1, max: 1_000_000 }) });
    const model = fc.record({
      deployments: fc.uniqueArray(deployment, {
        minLength: 1,
        maxLength: 5,
        selector: (d) => `${d.provider}/${d.model}`,
      }),
    });
    fc.assert(
      fc.property(fc.dictionary(name, model, { noNullPrototype: true }), (models) => {
        const { declarations, problems } = parse(stringify({ tollgate: 1, models }));
        expect(problems).toEqual([]);
        expect(Object.fromEntries(declarations.map((entity) => [entity.name, entity.declaration]))).toEqual(models);
      }),
    );
  });

  it('refuses what aliases would make grow without bound', () => {
    const level = (index: number) =>
      `  a${index}: &a${index} [${Array(9)
        .fill(`*a${index - 1}`)
        .join(', ')}]`;
    const levels = Array.from({ length: 9 }, (_, index) => level(index + 1));
    const { problems } = parse(['tollgate: 1', 'teams:', '  a0: &a0 [x]', ...levels].join('\n'));
    expect(problems.map(({ message }) => message)).toEqual(['aliases are used too often']);
  });
});
