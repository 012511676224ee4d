import type { GraphqlClient } from '../graphql.ts';

/** One query of the API with all of its fields, as far as they can be asked for without knowing more. */
export type FullQuery = { readonly field: string; readonly text: string };

type TypeRef = { readonly kind: string; readonly name: string | null; readonly ofType: TypeRef | null };
type Arg = { readonly name: string; readonly type: TypeRef; readonly defaultValue: string | null };
type SchemaField = { readonly name: string; readonly args: readonly Arg[]; readonly type: TypeRef };
type SchemaType = { readonly name: string; readonly kind: string; readonly fields: readonly SchemaField[] | null };

const TYPE_REF = 'kind name ofType { kind name ofType { kind name ofType { kind name } } }';
const INTROSPECTION = `{ __schema { queryType { name } types { kind name fields {
  name args { name defaultValue type { ${TYPE_REF} } } type { ${TYPE_REF} } } } } }`;
/** Connection, edge, node, and what lies within; the API bounds the depth of queries. */
const DEPTH_MAX = 6;

/**
 * All queries that the API has, made from its own schema, so that a new one is asked without a change here.
 * @param given values of arguments by name, as GraphQL writes them
 * @returns those that can be asked, and the names of those that need an argument which is not given
 */
export async function everyQuery(
  graphql: GraphqlClient,
  given: Readonly<Record<string, string>>,
): Promise<{ readonly queries: readonly FullQuery[]; readonly skipped: readonly string[] }> {
  const { __schema: schema } = await graphql<{
    __schema: { readonly queryType: { readonly name: string }; readonly types: readonly SchemaType[] };
  }>(INTROSPECTION);
  const types = new Map(schema.types.map((type) => [type.name, type]));
  const roots = types.get(schema.queryType.name)?.fields ?? [];
  const askable = roots.filter(({ args }) => args.every((arg) => !isNeeded(arg) || arg.name in given));

  function selectionOf(ref: TypeRef, depth: number): string | undefined {
    const type = types.get(nameOf(ref));
    if (type === undefined || type.fields === null) return '';
    if (depth === 0) return undefined;
    const fields = type.fields.flatMap(({ name, args, type: inner }) => {
      const selection = args.some(isNeeded) ? undefined : selectionOf(inner, depth - 1);
      return selection === undefined ? [] : [`${name} ${selection}`];
    });
    return fields.length === 0 ? undefined : `{ ${fields.join(' ')} }`;
  }

  const queries = askable.map(({ name, args, type }) => {
    const values = args.filter((arg) => arg.name in given).map((arg) => `${arg.name}: ${given[arg.name]}`);
    return {
      field: name,
      text: `{ ${name}${values.length > 0 ? `(${values.join(', ')})` : ''} ${selectionOf(type, DEPTH_MAX) ?? ''} }`,
    };
  });
  return { queries, skipped: roots.filter((root) => !askable.includes(root)).map(({ name }) => name) };
}

const isNeeded = ({ type, defaultValue }: Arg): boolean => type.kind === 'NON_NULL' && defaultValue === null;

const nameOf = (ref: TypeRef): string => (ref.ofType ? nameOf(ref.ofType) : (ref.name ?? ''));
