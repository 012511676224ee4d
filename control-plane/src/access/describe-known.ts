import { countHidden } from '../change-set/naming.ts';
import type { Resource } from './decide.ts';
import type { Principal } from './principal.ts';
import type { Surroundings } from './resource.ts';
import { describePlace, type Place } from './roles.ts';
import { canSee } from './visible-ids.ts';

/**
 * A place where a role would do is named to who may see it, or sees what is in it, which says where it is. To whom a user
 * belongs is said by nothing that has to be seen with him.
 */
export function describeKnown(
  principal: Principal,
  place: Place,
  { kind, chains }: Resource,
  before: Surroundings,
): string {
  const isSeen = (one: Place): boolean => {
    const found = one === 'platform' ? undefined : before.find(one);
    return found === undefined || canSee(principal, found, before);
  };
  const isSaid = chains.some((chain) => {
    const index = chain.indexOf(place);
    const inner = chain[index - 1];
    return index === 0 ? kind !== 'user' : inner !== undefined && isSeen(inner);
  });
  return isSaid || isSeen(place) ? describePlace(place) : countHidden(1);
}
