import { z } from 'zod';
import type { EntityKind } from './entity-kind.ts';
import { type SecretRef, secretRef } from './secret-ref.ts';

/**
 * What a field means beyond its type. Whoever seals, hides, follows or shows fields asks here and names no field, so that
 * a new kind says all of it in its schema.
 */
export type FieldMark = {
  /** Names another entity. */
  readonly reference?: ReferenceMark;
  /** A secret: sealed, so that nodes can use it, or hashed, so that nobody can read it again. */
  readonly secret?: 'sealed' | 'hashed';
  /** Tells who a person is: it is sealed too, and can be erased while the history stays. */
  readonly personal?: true;
  /** The type of an object or enum where types have names and descriptions of their own, as in GraphQL. */
  readonly type?: { readonly name: string; readonly about: string };
  /** Is stored and shown, but nothing enforces it in this version; plans say so. */
  readonly notEnforced?: true;
};

export type ReferenceMark = {
  /** Of one of these kinds. */
  readonly kinds: readonly EntityKind[];
  /** Whether the one that refers belongs to the other: to its organization, team or project. */
  readonly parent: boolean;
  /** A name that need not exist, as one in a list of models. */
  readonly soft: boolean;
};

const marks = z.registry<FieldMark>();

/** A copy of a schema with a mark. What is made of it by `.optional()`, `.describe()` or a further rule keeps the mark. */
export function mark<Schema extends z.core.$ZodType>(schema: Schema, meaning: FieldMark): Schema {
  const marked = z.clone(schema);
  marks.add(marked, { ...markOf(schema), ...meaning });
  return marked;
}

/** Gives an object or an enum a type of its own. */
export const named = <Schema extends z.core.$ZodType>(name: string, about: string, schema: Schema): Schema =>
  mark(schema, { type: { name, about } });

/** What a field was marked as; nothing if it was not. */
export function markOf(schema: z.core.$ZodType): FieldMark {
  return marks.get(schema) ?? (schema instanceof z.ZodOptional ? markOf(schema.unwrap()) : {});
}

const PRINTABLE = /^[\x21-\x7e]+$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

type Length = { readonly charactersMin?: number; readonly charactersMax?: number };

const secretValue = ({ charactersMin = 1, charactersMax = 8_192 }: Length) =>
  z.strictObject({
    value: z
      .string()
      .min(charactersMin, `a secret here has at least ${charactersMin} characters`)
      .max(charactersMax)
      .regex(PRINTABLE, 'printable ASCII without blanks')
      .describe('The secret itself. It is never stored or shown as it is.'),
    ref: secretRef.optional().describe('Where it was read from, for an export to write back.'),
  });

/** A secret as it is declared: in the clear, with the place that it was read from. */
export type SecretValue = z.infer<ReturnType<typeof secretValue>>;

/** The same as it is stored. The same secret of an entity is always sealed alike, so that it tells whether it changed. */
export type SealedSecret = { readonly sealed: string; readonly ref?: SecretRef | undefined };

export const storedSecret = z.strictObject({ stored: z.literal(true) });

/** Stands for the secret that an entity has already, which came without a place to read it from. */
export type StoredSecret = z.infer<typeof storedSecret>;

/** A field for a secret that is stored sealed. */
export const secretField = (length: Length = {}) =>
  mark(z.union([secretValue(length), storedSecret]), { secret: 'sealed' });

export const secretHash = z.strictObject({
  sha256: z.string().regex(SHA256_HEX, 'the SHA-256 of the key: 64 hexadecimal digits in lower case'),
});

/** A field for a secret that is stored as its SHA-256 alone, which may be declared instead of it. */
export const hashedSecretField = (length: Length = {}) =>
  mark(z.union([secretValue(length), secretHash]), { secret: 'hashed' });

/** A text that tells who a person is. */
export type PersonalText = string & z.core.$brand<'personal'>;

/** The same as it is stored. */
export type SealedText = { readonly sealed: string };

/** A field for personal data, of a schema of text. */
export const personalField = <Schema extends z.ZodType<string, string>>(schema: Schema) =>
  mark(schema.brand<'personal'>(), { personal: true });

/** What is stored of a declaration: itself, with secrets and personal data sealed. */
export type Stored<Declaration> = { [Field in keyof Declaration]: StoredField<Declaration[Field]> };
type StoredField<Value> = Value extends PersonalText
  ? SealedText
  : Value extends StoredSecret
    ? never
    : Value extends SecretValue
      ? SealedSecret
      : Value;
