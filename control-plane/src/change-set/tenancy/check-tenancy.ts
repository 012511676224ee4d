import { bindingOf } from '../../access/binding-of.ts';
import { type Declared, idOf, linksOf } from '../../access/declared.ts';
import { describePlace, type RoleBinding } from '../../access/roles.ts';
import { type EntityId, toEntityId } from '../../aggregate/entity.ts';
import { countHidden, type FoundProblems, listNames, naming } from '../naming.ts';
import { type FindDeclared, organizationOf } from './tenants.ts';

export type TenancyWorld = {
  /** All that the rules may have to look at, as it would be. */
  readonly entities: readonly Declared[];
  readonly find: FindDeclared;
  /** What the change set declares in another way than it was. */
  readonly declared: ReadonlySet<EntityId>;
  /** What of that was there before and belonged to something else. */
  readonly moved: ReadonlySet<EntityId>;
};

/**
 * Nothing is tied to two organizations: a key is not for a user or a customer of another one, and a service account has no
 * role in another one. Looked at is what is declared, and what a move brings into another organization. That a role is taken
 * from a user is in no key's way: revoking must not wait for whoever administers the key. Pure.
 */
export function checkTenancy(world: TenancyWorld): FoundProblems {
  const { entities, find } = world;
  const rolesOf = Map.groupBy(
    entities.flatMap((declared) => bindingOf(declared) ?? []),
    ({ subject }) => subject,
  );
  return entities
    .filter((declared) => isConcerned(declared, world))
    .flatMap((declared) => {
      if (declared.kind === 'virtual-key') {
        return [
          ...checkCustomer(declared, find),
          ...checkUser(declared, rolesOf.get(`user:${declared.spec.user}`) ?? [], find),
        ];
      }
      return declared.kind === 'role-binding' ? checkServiceAccount(declared, find) : [];
    });
}

function isConcerned(declared: Declared, { declared: ids, moved, find }: TenancyWorld): boolean {
  const isCarried = (id: EntityId): boolean => {
    const found = find(id);
    return moved.has(id) || (found !== undefined && linksOf(found).parents.some(isCarried));
  };
  return ids.has(idOf(declared)) || (moved.size > 0 && linksOf(declared).refs.some(isCarried));
}

type Key = Extract<Declared, { readonly kind: 'virtual-key' }>;

function checkCustomer(key: Key, find: FindDeclared): FoundProblems {
  const { customer } = key.spec;
  if (customer === undefined) return [];
  const [own, other] = [organizationOf(idOf(key), find), organizationOf(`customer:${customer}`, find)];
  if (own === undefined || other === undefined || own === other) return [];
  return refuse(key, 'customer', [own, other], (say) => {
    const [its, mine] = [say(other), say(own)];
    return `customer ${customer} belongs to ${its}, and the key to ${mine}; take a customer of the latter`;
  });
}

/** A user without any role in an organization may have keys everywhere; so may whoever has one on the platform. */
function checkUser(key: Key, roles: readonly RoleBinding[], find: FindDeclared): FoundProblems {
  const { user } = key.spec;
  const own = organizationOf(idOf(key), find);
  if (user === undefined || own === undefined || roles.some(({ on }) => on === 'platform')) return [];
  const organizations = roles.flatMap(({ on }) => (on === 'platform' ? [] : (organizationOf(on, find) ?? [])));
  if (organizations.length === 0 || organizations.includes(own)) return [];
  return refuse(key, 'user', [own], (say) => {
    const advice = `make ${user} a member there first`;
    return `user ${user} belongs to another organization, and the key to ${say(own)}; ${advice}`;
  });
}

type Binding = Extract<Declared, { readonly kind: 'role-binding' }>;

function checkServiceAccount(binding: Binding, find: FindDeclared): FoundProblems {
  const { serviceAccount } = binding.spec.subject;
  const on = bindingOf(binding)?.on ?? 'platform';
  if (serviceAccount === undefined || on === 'platform') return [];
  const [own, other] = [organizationOf(`service-account:${serviceAccount}`, find), organizationOf(on, find)];
  if (own === undefined || other === undefined || own === other) return [];
  return refuse(binding, 'subject.serviceAccount', [own, other], (say) => {
    const where = on === `organization:${other}` ? '' : `${describePlace(on)} of `;
    return `service account ${serviceAccount} belongs to ${say(own)}, and the role holds on ${where}${say(other)}`;
  });
}

/** `write` gets a word for each organization: its name, if it may be told. */
function refuse(
  declared: Declared,
  path: string,
  organizations: readonly string[],
  write: (say: (organization: string) => string) => string,
): FoundProblems {
  const { kind, name } = declared;
  const ids = [idOf(declared), ...organizations.map((organization) => toEntityId('organization', organization))];
  const tell = (visible: readonly EntityId[]) => {
    if (!visible.includes(idOf(declared))) return `${countHidden(1)} would be tied to two organizations`;
    const say = (organization: string) =>
      listNames(
        [`organization:${organization}`],
        visible.filter((id) => id === `organization:${organization}`),
      );
    return write(say);
  };
  return [naming({ code: 'invalid_declaration', kind, name, path }, ids, tell)];
}
