import { END_USER_CHARACTERS_MAX } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endUserOf } from './end-user.ts';

test.each<[Readonly<Record<string, unknown>>, string, string?]>([
  [{ user: 'visitor-7' }, 'visitor-7'],
  [{ safety_identifier: 'hash' }, 'hash'],
  [{ user: 'visitor-7', safety_identifier: 'hash' }, 'visitor-7'],
  [{ user: null, safety_identifier: 'hash' }, 'hash'],
  [{ user: '', safety_identifier: 'hash' }, 'hash'],
  [{}, ''],
  [{ user: 7 }, ''],
  [{ user: 'visitor-7', safety_identifier: 'hash' }, 'shop', 'shop'],
  [{}, 'shop', 'shop'],
  [{}, 'a\u{fffd}b', 'a\tb'],
])('%j names the end user %j, with %j in the header for it', (body, expected, header = '') => {
  expect(endUserOf(body, header)).toBe(expected);
});

test('whatever a client sends, the name is bounded, is text that can be stored, and has neither control character nor line end', () => {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\n', '\r', '\0', '\u001b', '\u007f', '\u0085', '\u2028', '\ud800', '🚀'),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 600 }), (units) => {
      const named = endUserOf({ user: units.join('') }, '');
      expect(endUserOf({}, units.join(''))).toBe(named);
      expect(named.length).toBeLessThanOrEqual(END_USER_CHARACTERS_MAX);
      expect(named.isWellFormed()).toBe(true);
      expect(named).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('what is harmless stays as it is, and a pair that the cut would halve becomes one replacement', () => {
  expect(endUserOf({ user: 'Zoë 🚀 {"id": 1}' }, '')).toBe('Zoë 🚀 {"id": 1}');
  expect(endUserOf({ user: `${'x'.repeat(END_USER_CHARACTERS_MAX - 1)}🚀` }, '')).toBe(
    `${'x'.repeat(END_USER_CHARACTERS_MAX - 1)}\u{fffd}`,
  );
});
