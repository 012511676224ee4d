import type { EntityKind } from '@tollgate/schema';
import { entityPolicy } from './policy.ts';
import type { Principal } from './principal.ts';
import type { Place } from './roles.ts';

/** Which entities of a kind somebody may read. */
export type Visibility =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'some';
      /** Those that are or belong to one of these. */
      readonly places: readonly Place[];
      /** Those that are this user or are for him; undefined if that does not count. */
      readonly user: string | undefined;
    };

/** The same rule as `decide` follows for a read, for many entities at once. Pure. */
export function visibilityOf(principal: Principal, kind: EntityKind): Visibility {
  const { read, self } = entityPolicy[kind];
  if (read === 'everyone') return { kind: 'all' };
  const places = principal.bindings.filter(({ role }) => read.includes(role)).map(({ on }) => on);
  if (places.includes('platform')) return { kind: 'all' };
  const user = principal.kind === 'user' && self.includes('read') ? principal.name : undefined;
  return { kind: 'some', places: [...new Set(places)], user };
}
