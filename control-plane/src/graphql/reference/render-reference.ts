import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { graphqlErrorCodes } from '../errors.ts';
import { introduction } from './introduction.ts';
import { headingOf, isOfPages, toCode, toTable, toTypeLink } from './markdown.ts';
import { renderFields, renderGiven } from './render-fields.ts';

/** Arguments that every page takes, which the introduction describes. */
const PAGE_ARGUMENTS: readonly string[] = ['first', 'after'];

/** The operations and types of a schema as Markdown, in their own words. Deterministic; ends in a line break. */
export function renderReference(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !isOfPages(type.name))
    .filter((type) => !roots.some((root) => root === type))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const sections = [
    introduction(graphqlErrorCodes),
    ...roots.flatMap((root) => (root ? [renderOperations(root)] : [])),
    renderTypes(
      'Types',
      types.filter((type) => isObjectType(type) || isUnionType(type)),
    ),
    renderTypes('Inputs', types.filter(isInputObjectType)),
    renderTypes('Enums', types.filter(isEnumType)),
    renderTypes('Scalars', types.filter(isScalarType)),
  ];
  return `${sections.join('\n').trimEnd()}\n`;
}

const HEADINGS: Readonly<Record<string, string>> = Object.freeze({
  Query: 'Queries',
  Mutation: 'Mutations',
  Subscription: 'Subscriptions to',
});

function renderOperations(root: GraphQLObjectType): string {
  const fields = Object.values(root.getFields()).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const list = fields.map(({ name }) => `[${toCode(name)}](#${name.toLowerCase()})`).join(', ');
  const heading = HEADINGS[root.name] ?? root.name;
  return [`## ${heading}`, list, ...fields.map(renderOperation)].join('\n\n').concat('\n');
}

function renderOperation({ name, description, type, args }: GraphQLField<unknown, unknown>): string {
  const given = args.filter((argument) => !(isOfPages(typeName(type)) && PAGE_ARGUMENTS.includes(argument.name)));
  return [
    `### ${toCode(name)}`,
    `${description ?? ''} Answers ${toTypeLink(type)}.`,
    ...(given.length > 0 ? [renderGiven('argument', given)] : []),
  ].join('\n\n');
}

const typeName = (type: GraphQLField<unknown, unknown>['type']): string => String(type).replace(/[![\]]/g, '');

function renderTypes(heading: string, types: readonly GraphQLNamedType[]): string {
  return [`## ${heading}`, ...types.map(renderType)].join('\n\n').concat('\n');
}

function renderType(type: GraphQLNamedType): string {
  return [`### ${toCode(headingOf(type))}`, type.description ?? '', renderMembers(type)]
    .filter((text) => text !== '')
    .join('\n\n');
}

function renderMembers(type: GraphQLNamedType): string {
  if (isObjectType(type)) return renderFields(Object.values(type.getFields()));
  if (isInputObjectType(type)) return renderGiven('field', Object.values(type.getFields()));
  if (isUnionType(type)) return `One of ${type.getTypes().map(toTypeLink).join(', ')}.`;
  if (!isEnumType(type)) return '';
  const values = type.getValues();
  if (values.every(({ description }) => !description)) return values.map(({ name }) => toCode(name)).join(', ');
  return toTable(
    ['value', ''],
    values.map(({ name, description }) => [toCode(name), description ?? '']),
  );
}
