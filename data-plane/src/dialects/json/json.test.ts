import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasKey, hasKeyInAnyCase, readKey, scanMembers } from './scan-members.ts';
import { removeMembers, splice } from './splice.ts';

const space = fc.constantFrom('', ' ', '\n', '\t\r\n  ');
const key = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('usage', 'a"b', 'c\\', '__proto__'));
const value = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'grapheme', minLength: 50, maxLength: 300 }),
  fc.constant('\\"'.repeat(80)),
);

/** Objects as text, written with any white space, keys partly in escapes, repeated ones among them. */
const written = fc
  .tuple(fc.array(fc.tuple(key, value, fc.boolean(), space), { maxLength: 8 }), space)
  .map(([members, gap]) => {
    const texts = members.map(([name, item, isEscaped, inner]) => {
      const text = isEscaped ? escaped(name) : JSON.stringify(name);
      return `${text}${inner}:${gap}${JSON.stringify(item, null, inner.length)}`;
    });
    return { text: `${gap}{${gap}${texts.join(`${gap},${gap}`)}${gap}}${gap}`, members };
  });

function escaped(name: string): string {
  return `"${[...Array(name.length).keys()].map((at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
}

describe('scanMembers', () => {
  test('finds each member of any object, as JSON.parse understands it', () => {
    fc.assert(
      fc.property(written, ({ text, members }) => {
        const bytes = Buffer.from(text);
        const found = scanMembers(bytes)?.members.map(({ keyStart, keyEnd, valueStart, valueEnd }) => [
          readKey(bytes, keyStart, keyEnd),
          JSON.parse(bytes.toString('utf8', valueStart, valueEnd)),
        ]);
        const expected = members.map(([name, item]) => [name.toWellFormed(), JSON.parse(JSON.stringify(item))]);
        expect(found).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('never throws and never hangs on bytes that are not JSON', () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('{}[]",:\\a1 ')), { maxLength: 120 });
    fc.assert(
      fc.property(bytes, (codes) => {
        scanMembers(Buffer.from([0x7b, ...codes]));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('hasKey', () => {
  test.each([
    ['"model"', true, true],
    ['"m\\u006fdel"', true, true],
    ['"Model"', false, true],
    ['"mode\\u004c"', false, true],
    ['"models"', false, false],
    ['"mod\\\\el"', false, false],
    ['"modèle"', false, false],
  ])('of %s: as it is %s, in any case %s', (key, isSame, isSameInAnyCase) => {
    const bytes = Buffer.from(`{${key}:1}`);
    const [member] = scanMembers(bytes)?.members ?? [];
    if (member === undefined) throw new Error('was not scanned');
    expect(hasKey(bytes, member, 'model')).toBe(isSame);
    expect(hasKeyInAnyCase(bytes, member, 'MODEL')).toBe(isSameInAnyCase);
  });
});

describe('removeMembers', () => {
  test('leaves an object that says all the rest, whichever and however many members go', () => {
    fc.assert(
      fc.property(written, ({ text }) => {
        const bytes = Buffer.from(text);
        const span = scanMembers(bytes);
        if (span === undefined) throw new Error('was not scanned');
        const expected = Object.entries(JSON.parse(text) as object).filter(([name]) => name !== 'usage');
        const edits = removeMembers(bytes, span, 'usage');
        expect(Object.entries(JSON.parse(splice(bytes, edits).toString()) as object)).toEqual(expected);
        expect(splice(bytes, edits) === bytes).toBe(!span.members.some((member) => hasKey(bytes, member, 'usage')));
      }),
      { numRuns: 500 },
    );
  });
});
