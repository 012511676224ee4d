import { bindingOf } from '../../access/binding-of.ts';
import { type Declared, idOf } from '../../access/declared.ts';
import { describePlace } from '../../access/roles.ts';
import type { EntityId } from '../../aggregate/entity.ts';
import { describeEntity, type FoundProblems, listNames, naming } from '../naming.ts';

/**
 * A user is a member of a tenant once, with one role, and a role is bound to somebody once: of two that say it, deleting one
 * would seem to take away what the other still gives. Pure.
 * @param entities all members and role bindings of those who are concerned, as they would be
 * @param declared what the change set declares
 */
export function checkClaims(entities: readonly Declared[], declared: ReadonlySet<EntityId>): FoundProblems {
  const claims = Map.groupBy(entities.filter(isClaim), claimOf);
  return entities
    .filter((entity) => isClaim(entity) && declared.has(idOf(entity)))
    .flatMap((entity) => {
      const other = claims.get(claimOf(entity))?.find(({ name }) => name !== entity.name);
      if (!other) return [];
      const { kind, name } = entity;
      const path = kind === 'member' ? 'user' : 'subject';
      return [naming({ code: 'duplicate_entity', kind, name, path }, [idOf(other)], explain(other))];
    });
}

const isClaim = ({ kind }: Declared): boolean => kind === 'member' || kind === 'role-binding';

/** Equal for those of which there is to be one. */
function claimOf(entity: Declared): string {
  const held = bindingOf(entity);
  return JSON.stringify([entity.kind, held?.subject, held?.on, entity.kind === 'role-binding' ? held?.role : '']);
}

function explain(other: Declared): (visible: readonly EntityId[]) => string {
  const { subject, role, on } = bindingOf(other) ?? { subject: idOf(other), role: '', on: 'platform' as const };
  const [who, where] = [describeEntity(subject), describePlace(on)];
  const says = other.kind === 'member' ? `is a member of ${where} already` : `has that role on ${where} already`;
  return (visible) => {
    const by = `${listNames([idOf(other)], visible)}${visible.length > 0 ? `, as ${role}` : ''}`;
    return `${who} ${says}, by ${by}; change that one, or delete it in the same change set`;
  };
}
