import { type GraphQLSchema, isEnumType } from 'graphql';

const OF_ENUM = /Enum "(\w+)" cannot represent|does not exist in "(\w+)" enum/;

/** Says after a message that refuses a value of an enum what its values are. */
export function withEnumValues(schema: GraphQLSchema, message: string): string {
  const [, one, other] = OF_ENUM.exec(message) ?? [];
  const type = schema.getType(one ?? other ?? '');
  if (!isEnumType(type)) return message;
  const names = type.getValues().map(({ name }) => name);
  return `${message}; its values are ${names.join(', ')}`;
}
