import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

const SAMPLES: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  Boolean: 'true',
  DateTime: '"2027-01-01T00:00:00Z"',
  Revision: '0',
  Count: '0',
  JSON: '{}',
  BigInt: '"1"',
};

/**
 * Asks for a root field with as little as its type takes, made from the schema alone. Names name nothing that is there,
 * unless `values` says what an argument is.
 */
export function sampleField(
  field: GraphQLField<unknown, unknown>,
  values: Readonly<Record<string, string>> = {},
  selected = '{ __typename }',
): string {
  const given = field.args
    .filter(isRequiredArgument)
    .map((argument) =>
      values[argument.name] === undefined ? sampleArgument(argument) : `${argument.name}: ${values[argument.name]}`,
    );
  const selection = isLeafType(getNamedType(field.type)) ? '' : ` ${selected}`;
  return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
}

const sampleArgument = ({ name, type }: GraphQLArgument | GraphQLInputField): string => `${name}: ${sample(type)}`;

function sample(type: GraphQLInputType): string {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (!isInputObjectType(type)) return SAMPLES[type.name] ?? '"no-such"';
  const fields = Object.values(type.getFields());
  const required = fields.filter(isRequiredInputField);
  // Of inputs that want exactly one field, none is marked as required.
  const given = required.length > 0 || type.name !== 'AsOf' ? required : fields.slice(0, 1);
  return `{ ${given.map(sampleArgument).join(', ')} }`;
}
