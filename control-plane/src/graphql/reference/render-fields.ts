import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  isNonNullType,
  print,
} from 'graphql';
import { toCode, toTable, toTypeLink } from './markdown.ts';

type Given = GraphQLArgument | GraphQLInputField;

/** What a field returns, in one line, with the arguments that it takes. */
export function renderFields(fields: readonly GraphQLField<unknown, unknown>[]): string {
  return toTable(
    ['field', 'type', ''],
    fields.map((field) => [
      toCode(field.name),
      toTypeLink(field.type),
      [field.description ?? '', ...field.args.map(describeArgument)].join(' '),
    ]),
  );
}

/** Arguments of an operation, or fields of an input. */
export function renderGiven(head: string, given: readonly Given[]): string {
  return toTable(
    [head, 'type', ''],
    given
      .toSorted(byNeed)
      .map((one) => [toCode(one.name), toTypeLink(one.type), `${one.description ?? ''}${describeDefault(one)}`]),
  );
}

/** What must be given comes first, the rest by name. */
const byNeed = (one: Given, other: Given): number =>
  Number(isRequired(other)) - Number(isRequired(one)) || (one.name < other.name ? -1 : 1);

const isRequired = ({ type, defaultValue }: Given): boolean => isNonNullType(type) && defaultValue === undefined;

const describeArgument = (argument: GraphQLArgument): string =>
  `Argument ${toCode(argument.name)} (${toTypeLink(argument.type)}): ${argument.description ?? ''}${describeDefault(argument)}`;

function describeDefault({ defaultValue, type }: Given): string {
  const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, type);
  return value ? ` Left out: ${toCode(print(value))}.` : '';
}
