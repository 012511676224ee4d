import { parseDocument } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { createDocumentFormatter } from './format-document.ts';
import { createDocumentWriter } from './write-value.ts';

const document = {
  models: {
    'gpt-4.1': {
      routing: { timeout: '60s' },
      deployments: [
        { model: 'gpt-4.1', provider: 'openai', weight: 3 },
        {
          provider: 'openai',
          model: 'gpt-4.1',
          name: 'a-name-that-is-so-long-that-there-is-no-room-for-it-in-one-line-with-all',
        },
      ],
    },
  },
  keys: {
    app: {
      metadata: { note: 'two\nlines', answer: 'yes', list: 'a, [b] {c}', version: '1.0' },
      models: ['gpt-4.1', '*'],
    },
  },
  providers: { openai: { apiKey: { env: 'OPENAI_API_KEY' }, type: 'openai' } },
  tollgate: 1,
};

it('writes small things in braces, what holds a list of maps in lines, and names that look like something else in quotes', () => {
  expect(createDocumentWriter()(document, ['Made by hand.', ''])).toBe(`# Made by hand.
#

tollgate: 1

providers:
  openai: { type: openai, apiKey: { env: OPENAI_API_KEY } }

models:
  gpt-4.1:
    deployments:
      - { provider: openai, model: gpt-4.1, weight: 3 }
      - name: a-name-that-is-so-long-that-there-is-no-room-for-it-in-one-line-with-all
        provider: openai
        model: gpt-4.1
    routing: { timeout: 60s }

keys:
  app:
    models: [gpt-4.1, "*"]
    metadata: { note: "two\\nlines", answer: yes, list: "a, [b] {c}", version: "1.0" }
`);
});

it('writes what the parser reads back, and what the formatter leaves as it is', () => {
  const text = createDocumentWriter()(document, []);
  expect(parseDocument([{ path: 'a.yaml', text }]).problems).toEqual([]);
  expect(createDocumentFormatter()({ path: 'a.yaml', text })).toEqual({ kind: 'formatted', text });
});

it('writes any value so that it is read back as it was', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom(
      'true',
      '~',
      '0x1f',
      '1e3',
      '.5',
      '-',
      '- a',
      'a: b',
      'a:',
      'a #b',
      '25 USD',
      '10.0.0.0/8',
      '...',
      '*',
      '1:2',
      'a\n',
    ),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    map: fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }));
  const write = createDocumentWriter();
  const format = createDocumentFormatter();
  fc.assert(
    fc.property(fc.dictionary(text, value, { noNullPrototype: true, maxKeys: 5 }), (sections) => {
      const whole = { ...sections, tollgate: 1 };
      const written = write(whole, ['A comment.']);
      const read: unknown = parse(written, { schema: 'core', uniqueKeys: false, mapAsMap: true, stringKeys: true });
      expect(read).toEqual(asMap(whole));
      expect(format({ path: 'a.yaml', text: written })).toEqual({ kind: 'formatted', text: written });
    }),
    { numRuns: 200 },
  );
});

/** A name such as `__proto__` is one like any other only in a Map; -0 is written as 0. */
function asMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMap);
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([name, field]) => [name, asMap(field)]));
  return Object.is(value, -0) ? 0 : value;
}
