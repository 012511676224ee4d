import { type EntityKind, type Specs, secretFields } from '@tollgate/schema';

type Secrets = Readonly<Record<string, object | undefined>>;

/** Puts stored secrets where an entity is declared to keep them; where none is stored, that is left as it is. */
export function keepStored<Kind extends EntityKind>(
  kind: Kind,
  declared: Specs[Kind],
  current: Specs[Kind] | undefined,
): Specs[Kind] {
  const stored = (current ?? {}) as Secrets;
  const kept = keptFields(kind, declared).flatMap((field) => (stored[field] ? [[field, stored[field]] as const] : []));
  return kept.length === 0 ? declared : { ...declared, ...Object.fromEntries(kept) };
}

/** The fields whose secret is to be kept, but is not known yet. */
export function keptFields<Kind extends EntityKind>(kind: Kind, spec: Specs[Kind]): readonly string[] {
  const secrets = spec as Secrets;
  return secretFields(kind).flatMap(({ field }) => {
    const secret = secrets[field];
    return secret && 'stored' in secret ? [field] : [];
  });
}
