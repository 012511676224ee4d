import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createDocumentFormatter } from './format-document.ts';
import { readComments } from './read-comments.ts';

const formatDocument = createDocumentFormatter();
const name = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/),
  fc.constantFrom('openai/*', 'constructor', '1', 'yes'),
);
const text = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.stringMatching(/^[a-z ]{40,120}$/),
  fc.constantFrom('two\nlines', '  indented\nlines\n\n', 'a # b', '#', '', 'it\'s "so"', '- a', 'a: b', '*x', '&x'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.dictionary(fc.oneof(name, fc.constantFrom('model', 'provider', 'weight')), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
}));
const section = fc.constantFrom('providers', 'models', 'teams', 'keys', 'other');
const sections = fc.dictionary(section, value, { noNullPrototype: true });

const style = fc.record({
  collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
  indent: fc.constantFrom(1, 2, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 40, 80),
  singleQuote: fc.boolean(),
});
type Note = { readonly line: number; readonly indent: number; readonly isBehind: boolean; readonly text: string };
const note: fc.Arbitrary<Note> = fc.record({
  line: fc.nat(30),
  indent: fc.nat(8),
  isBehind: fc.boolean(),
  text: fc.constantFrom('', '# note', '# a: b', '#x', '#'),
});

/** Puts comments and blank lines between the lines, and behind some that can bear it. */
function annotate(source: string, notes: readonly Note[]): string {
  return source
    .split('\n')
    .flatMap((line, index) => {
      const here = notes.filter((one) => one.line === index);
      const behind = here.find(({ isBehind, text: comment }) => isBehind && comment !== '' && /[\w}\]:|,]$/.test(line));
      const before = here.filter(({ isBehind }) => !isBehind).map((one) => ' '.repeat(one.indent) + one.text);
      return [...before, behind ? `${line} ${behind.text}` : line];
    })
    .join('\n');
}

const document = fc
  .tuple(sections, style, fc.array(note, { maxLength: 12 }), fc.boolean())
  .map(([declared, options, notes, isLast]) => {
    const whole = isLast ? { ...declared, tollgate: 1 } : { tollgate: 1, ...declared };
    return annotate(stringify(whole, options), notes);
  });

it('any document, formatted, says the same with the same comments, and formatted again is the same', () => {
  let formattedCount = 0;
  fc.assert(
    fc.property(document, (source) => {
      const once = formatDocument({ path: 'a.yaml', text: source });
      // A note in the midst of a text of several lines can make it invalid, or hide `tollgate`.
      if (once.kind !== 'formatted') return;
      formattedCount += 1;
      const comments = (yaml: string) =>
        readComments(yaml)
          .map((comment) => comment.text)
          .sort();
      expect(comments(once.text)).toEqual(comments(source));
      expect(formatDocument({ path: 'a.yaml', text: once.text })).toEqual(once);
    }),
    { numRuns: 500 },
  );
  expect(formattedCount).toBeGreaterThan(350);
});

it('any text at all is answered with a value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('tollgate: 1\n', 'a:', ' ', '\n', '- ', '# c', '{', '}', '|', '"', 'x', ','), {
        maxLength: 20,
      }),
      (parts) => {
        formatDocument({ path: 'a.yaml', text: parts.join('') });
      },
    ),
    { numRuns: 1_000 },
  );
});
