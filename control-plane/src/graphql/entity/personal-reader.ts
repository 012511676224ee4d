import { personalFields, type SealedText } from '@tollgate/schema';
import { type Entity, toEntityId } from '../../aggregate/entity.ts';
import type { GraphQLContext } from '../context.ts';

/** What stands in a personal field of an entity; null if it was erased, or cannot be opened with this process' keys. */
export type ReadPersonal = (entity: Entity, field: string) => string | null;

/** Opens the personal fields of some entities with one query, and with none if their kinds have no such fields. */
export async function openPersonal(
  { db, secrets }: Pick<GraphQLContext, 'db' | 'secrets'>,
  entities: readonly Entity[],
): Promise<ReadPersonal> {
  const people = entities.filter(({ kind }) => personalFields(kind).length > 0);
  if (people.length === 0) return () => null;
  const reader = await secrets.read(
    db,
    people.map(({ kind, name }) => toEntityId(kind, name)),
  );
  return ({ kind, name, state }, field) => {
    // A field that is marked as personal is stored as a sealed text.
    const stored = (state.spec as Readonly<Record<string, SealedText | undefined>>)[field];
    const opened = stored && reader.open(toEntityId(kind, name), field, stored.sealed);
    return opened?.tag === 'text' ? opened.text : null;
  };
}
