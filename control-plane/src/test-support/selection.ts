import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

const DEPTH_MAX = 6;

const isRequired = ({ args }: GraphQLField<unknown, unknown>): boolean =>
  args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);

/** Everything that can be asked of a type without arguments, as deep as a type does not come again. */
export function selectionOf(type: GraphQLOutputType, seen: readonly string[] = []): string | undefined {
  const named: GraphQLNamedType = getNamedType(type);
  if (isUnionType(named)) return '{ __typename }';
  if (!isObjectType(named)) return '';
  if (seen.includes(named.name) || seen.length >= DEPTH_MAX) return undefined;
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const selection = isRequired(field) ? undefined : selectionOf(field.type, [...seen, named.name]);
    return selection === undefined ? [] : [`${field.name} ${selection}`.trim()];
  });
  return fields.length === 0 ? undefined : `{ ${fields.join(' ')} }`;
}

/** For each query that lists something and needs no argument: a text that asks for all of it. By the query's name. */
export function listQueries(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const lists = fields.filter((field) => !isRequired(field) && isList(field));
  return new Map(lists.map(({ name, type }) => [name, `{ ${name} ${selectionOf(type) ?? ''} }`]));
}

const isList = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  String(type).startsWith('[') || getNamedType(type).name.endsWith('Connection');
