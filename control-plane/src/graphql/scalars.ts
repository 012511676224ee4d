import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

/** No scalar repeats what it was given: an input may hold a secret in the wrong place. */
const refuse = (expected: string): never => {
  throw new GraphQLError(`expected ${expected}`, { extensions: { code: 'BAD_USER_INPUT' } });
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

function parseInstant(value: unknown): Date {
  const date = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime())) return refuse('an instant such as 2027-06-30T00:00:00Z');
  return date;
}

export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant in ISO 8601 with an offset, such as `2027-06-30T00:00:00Z`; answers are in UTC.',
  serialize: (value) => new Date(value as Date | string).toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
});

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

function parseCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse('a whole number from 0 to 9007199254740991');
}

const createCountScalar = (name: string, description: string) =>
  new GraphQLScalarType<number, number>({
    name,
    description: `${description} A whole number from 0 to 2⁵³ − 1.`,
    serialize: parseCount,
    parseValue: parseCount,
    parseLiteral: (node) => parseCount(node.kind === Kind.INT ? Number(node.value) : undefined),
  });

export const RevisionScalar = createCountScalar(
  'Revision',
  'The state of the whole configuration after a change set: the position of its last event in the log; 0 before the first.',
);

export const CountScalar = createCountScalar('Count', 'A count that may exceed what `Int` holds.');

export const BigIntScalar = new GraphQLScalarType<string, string>({
  name: 'BigInt',
  description: 'A whole number of any size, as text.',
  serialize: (value) => String(value),
  parseValue: (value) =>
    typeof value === 'string' && /^-?\d+$/.test(value) ? value : refuse('a whole number as text'),
  parseLiteral: (node) =>
    (node.kind === Kind.STRING || node.kind === Kind.INT) && /^-?\d+$/.test(node.value)
      ? node.value
      : refuse('a whole number as text'),
});
