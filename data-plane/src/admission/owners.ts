import type { NodeConfigs, UsageRecord, VirtualKeyConfig } from '@tollgate/schema';
import type { ConfigIndex } from '../config/config-index.ts';

type OwnerKind = 'project' | 'team' | 'organization' | 'user' | 'customer';

/** A tenant or person that a key belongs to; without `config` if this revision does not know it. */
export type Owner = {
  [Kind in OwnerKind]: { readonly kind: Kind; readonly name: string; readonly config: NodeConfigs[Kind] | undefined };
}[OwnerKind];

/** The names of what a key belongs to, as usage records have them: one of each kind, the nearest to the key; empty for none. */
export type OwnerNames = Pick<
  UsageRecord,
  'organizationName' | 'teamName' | 'projectName' | 'userName' | 'customerName'
>;

/** A customer's organization comes last, so that it is that of a key without a team. */
export function ownerNamesOf(owners: readonly Owner[]): OwnerNames {
  const nameOf = (kind: OwnerKind) => owners.find((owner) => owner.kind === kind)?.name ?? '';
  return Object.freeze({
    organizationName: nameOf('organization'),
    teamName: nameOf('team'),
    projectName: nameOf('project'),
    userName: nameOf('user'),
    customerName: nameOf('customer'),
  });
}

/** The team of a key, which is its project's if it has one; undefined if there is none, or this revision does not know it. */
export function teamOf(owners: readonly Owner[]): NodeConfigs['team'] | undefined {
  for (const owner of owners) if (owner.kind === 'team') return owner.config;
  return undefined;
}

/** All that a key belongs to, upwards: its project and that one's team, its team, their organizations, its user and customer. */
export function ownersOf(index: ConfigIndex, key: VirtualKeyConfig): readonly Owner[] {
  const owners = new Map<string, Owner>();

  function add(kind: OwnerKind, name: string | undefined): void {
    const id = `${kind}:${name}`;
    if (name === undefined || owners.has(id)) return;
    // The table of a kind holds the values of that kind.
    const owner = { kind, name, config: index.get(kind, name) } as Owner;
    owners.set(id, owner);
    const { config } = owner;
    if (config === undefined) return;
    if ('team' in config) add('team', config.team);
    if ('organization' in config) add('organization', config.organization);
  }

  for (const kind of ['project', 'team', 'user', 'customer'] as const) add(kind, key[kind]);
  return [...owners.values()];
}
