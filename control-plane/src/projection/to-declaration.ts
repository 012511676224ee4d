import { type Json, personalFields, secretFields } from '@tollgate/schema';
import type { Entity } from '../aggregate/entity.ts';

/** Stands for a secret that is stored and never had a place of its own to be read from. */
export const STORED_SECRET = Object.freeze({ stored: true });

type Fields = Readonly<Record<string, Json | undefined>>;

/**
 * An entity as a document declares it, so that applying it changes nothing: secrets are where they were read from. A sealed
 * one that came without a place is `{ stored: true }`, which keeps it; a hashed one is left out, which keeps it as well.
 * @param open reads a field of personal data
 */
export function toDeclaration(
  { kind, state }: Pick<Entity, 'kind' | 'state'>,
  open: (field: string, stored: Json) => Json,
): Json {
  const declared: Record<string, Json | undefined> = { ...(state.spec as unknown as Fields) };
  for (const { field, as } of secretFields(kind)) {
    const stored = declared[field] as Fields | undefined;
    if (stored !== undefined) declared[field] = stored['ref'] ?? (as === 'sealed' ? STORED_SECRET : undefined);
  }
  for (const field of personalFields(kind)) {
    const stored = declared[field];
    if (stored !== undefined) declared[field] = open(field, stored);
  }
  return declared;
}
