import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createGraphQLSchema } from '../schema.ts';
import { renderReference } from './render-reference.ts';

test('the checked-in reference is that of the code; if not, run: pnpm --filter @tollgate/control-plane emit-schema', () => {
  const file = new URL('../../../../docs/graphql.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(renderReference(createGraphQLSchema()));
});

test('operations and types are told in the schema’s own words, with links to each other', () => {
  const text = renderReference(
    buildSchema(`
      """A page."""
      type ThingConnection { edges: [Thing!]! }
      """Something."""
      type Thing {
        """What it is | called."""
        name(
          """How."""
          how: How = LOUD
        ): String!
      }
      """How it is said."""
      enum How { LOUD """With care.""" QUIET }
      type Query {
        """All things."""
        things(first: Int, after: String, """Some of them.""" how: [How!]): ThingConnection!
      }
    `),
  );
  expect(text).toContain('### `things`\n\nAll things. Answers [`ThingConnection!`](#pages).');
  expect(text).toContain(
    '| argument | type |  |\n| --- | --- | --- |\n| `how` | [`[How!]`](#enum-how) | Some of them. |',
  );
  expect(text).toContain(
    '| `name` | `String!` | What it is \\| called. Argument `how` ([`How`](#enum-how)): How. Left out: `LOUD`. |',
  );
  expect(text).toContain('| `LOUD` |  |\n| `QUIET` | With care. |');
  expect(text).not.toContain('### `type ThingConnection`');
});

test('every link leads to a heading', () => {
  const text = renderReference(createGraphQLSchema());
  const anchors = new Set(
    [...text.matchAll(/^#+ `?([\w ]+)`?$/gm)].map(([, title]) => title?.toLowerCase().replaceAll(' ', '-')),
  );
  const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);
  expect([...new Set(targets.filter((target) => !anchors.has(target)))]).toEqual([]);
});
