import type { z } from 'zod';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: Fields, context: z.core.$RefinementCtx) => void;

/** A rule of an object: exactly one of these fields is given. */
export const exactlyOne =
  (...fields: readonly string[]): Check =>
  (value, context) => {
    const given = givenOf(fields, value);
    if (given.length !== 1) {
      context.addIssue({ code: 'custom', message: `needs exactly one of ${fields.join(', ')}${butHas(given)}` });
    }
  };

/** A rule of an object: one of these fields is given, or none. */
export const atMostOne =
  (...fields: readonly string[]): Check =>
  (value, context) => {
    const given = givenOf(fields, value);
    if (given.length > 1) {
      context.addIssue({ code: 'custom', message: `takes only one of ${fields.join(', ')}${butHas(given)}` });
    }
  };

const givenOf = (fields: readonly string[], value: Fields): readonly string[] =>
  fields.filter((field) => value[field] !== undefined);

const butHas = (given: readonly string[]): string =>
  given.length === 0 ? '' : `, and this one has ${given.join(' and ')}`;
