import {
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';

/** A table as Markdown; the last column is text, the others are short. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(toCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const toCell = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|');

export const toCode = (text: string): string => `\`${text}\``;

/** Types that are not listed, because they are the same for everything. */
export const isOfPages = (name: string): boolean => /(Connection|Edge)$/.test(name) || name === 'PageInfo';

/** What the heading of a type says, as the schema language does, so that a query and a type may have one name. */
export function headingOf(type: GraphQLNamedType): string {
  if (isInputObjectType(type)) return `input ${type.name}`;
  if (isEnumType(type)) return `enum ${type.name}`;
  if (isScalarType(type)) return `scalar ${type.name}`;
  return `type ${type.name}`;
}

/** A type as it stands in the schema, with a link to where it is described; GraphQL's own scalars have none. */
export function toTypeLink(type: GraphQLOutputType | GraphQLInputType): string {
  const named = getNamedType(type);
  if (isSpecifiedScalarType(named)) return toCode(String(type));
  const target = isOfPages(named.name) ? 'pages' : headingOf(named).replace(' ', '-').toLowerCase();
  return `[${toCode(String(type))}](#${target})`;
}
