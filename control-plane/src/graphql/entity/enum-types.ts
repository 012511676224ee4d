import { registerEnumType } from 'type-graphql';
import type { z } from 'zod';

type EnumType = Readonly<Record<string, string>>;

/** `read-only` as GraphQL writes the value of an enum: `READ_ONLY`. */
export const toEnumName = (value: string): string => value.replaceAll('-', '_').toUpperCase();

/** GraphQL's enums of closed sets of texts; each name is registered once, wherever it is used. */
export function createEnumTypes() {
  const types = new Map<string, EnumType>();
  return {
    typeOf({ name, about }: { readonly name: string; readonly about: string }, schema: z.ZodEnum): EnumType {
      const known = types.get(name);
      if (known) return known;
      const type = Object.fromEntries(schema.options.map((value) => [toEnumName(String(value)), String(value)]));
      registerEnumType(type, { name, description: about });
      types.set(name, type);
      return type;
    },
  };
}
export type EnumTypes = ReturnType<typeof createEnumTypes>;
