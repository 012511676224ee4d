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
    /** @throws Error if none of this name was met within the declared types */
    find(name: string): EnumType {
      const type = types.get(name);
      if (type === undefined) throw new Error(`no declaration has an enum named ${name}`);
      return type;
    },
  };
}
export type EnumTypes = ReturnType<typeof createEnumTypes>;
