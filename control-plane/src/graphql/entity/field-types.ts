import { type FieldMark, markOf } from '@tollgate/schema';
import { type ClassType, Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar, JsonScalar } from '../scalars.ts';
import type { EnumTypes } from './enum-types.ts';
import { HashedSecretInput, SecretInput, SecretType } from './secret.type.ts';

type Direction = 'input' | 'output';
type NamedType = NonNullable<FieldMark['type']>;

export type FieldTypes = {
  /** Gives a class the fields of an object's schema, and makes it the GraphQL type of this name. */
  declare(type: NamedType, schema: z.ZodObject, target: ClassType<object>): void;
  /** The type of an object that was met within the declared ones. @throws Error if none of this name was */
  find(name: string): ClassType<object>;
};

/**
 * GraphQL's types of the schemas in the registry of kinds, for what is given or for what is answered. An object or enum
 * with a type of its own becomes one type, made once; a map of any texts and what has no name of its own is JSON.
 */
export function createFieldTypes(direction: Direction, enums: EnumTypes): FieldTypes {
  const objects = new Map<string, ClassType<object>>();
  const isOutput = direction === 'output';

  function typeOf(schema: z.core.$ZodType): object {
    const { secret, type } = markOf(schema);
    if (secret) return isOutput ? SecretType : secret === 'sealed' ? SecretInput : HashedSecretInput;
    if (schema instanceof z.ZodOptional) return typeOf(schema.unwrap());
    if (schema instanceof z.ZodArray) return [typeOf(schema.element)];
    if (schema instanceof z.ZodEnum && type) return enums.typeOf(type, schema);
    if (schema instanceof z.ZodObject && type) return objectOf(type, schema);
    return scalarOf(schema);
  }

  function objectOf(type: NamedType, schema: z.ZodObject): ClassType<object> {
    const known = objects.get(type.name);
    if (known) return known;
    const target = class {};
    objects.set(type.name, target);
    declare(type, schema, target);
    return target;
  }

  function declare({ name, about }: NamedType, schema: z.ZodObject, target: ClassType<object>): void {
    for (const [field, inner] of Object.entries<z.core.$ZodType>(schema.shape)) {
      const type = typeOf(inner);
      Field(() => type, { nullable: isNullable(inner), description: descriptionOf(inner) })(target.prototype, field);
    }
    if (isOutput) ObjectType(name, { description: about })(target);
    else InputType(`${name}Input`, { description: about })(target);
  }

  /** Of a secret is always answered whether there is one; personal data may have been erased. */
  function isNullable(schema: z.core.$ZodType): boolean {
    const { secret, personal } = markOf(schema);
    if (isOutput && (secret || personal)) return personal === true;
    return schema instanceof z.ZodOptional;
  }

  return {
    declare,
    find(name) {
      const found = objects.get(name);
      if (!found) throw new Error(`no kind of entity has an object of the type ${name}`);
      return found;
    },
  };
}

/** That of the field, else that of what it may hold. */
function descriptionOf(schema: z.core.$ZodType): string {
  const own = z.globalRegistry.get(schema)?.description;
  return own ?? (schema instanceof z.ZodOptional ? descriptionOf(schema.unwrap()) : '');
}

/** GraphQL's `Int` has 32 bits. */
const isInt = ({ isInt: isWhole, maxValue }: z.ZodNumber): boolean =>
  isWhole && maxValue !== null && maxValue < 2 ** 31;

function scalarOf(schema: z.core.$ZodType): object {
  if (schema instanceof z.ZodISODateTime) return DateTimeScalar;
  if (schema instanceof z.ZodNumber) return isInt(schema) ? Int : Float;
  if (schema instanceof z.ZodBoolean || schema instanceof z.ZodLiteral) return Boolean;
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return JsonScalar;
  return String;
}
