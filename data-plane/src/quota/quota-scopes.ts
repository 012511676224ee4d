import type { NodeQuota } from '@tollgate/schema';
import type { KeyGrant } from '../admission/key-grant.ts';
import { matchesPattern } from '../admission/matches-pattern.ts';
import { ownersOf } from '../admission/owners.ts';
import type { ConfigIndex, KeyEntry } from '../config/config-index.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { applicableQuotas, indexNamedQuotas, type NamedQuotas, type QuotaSubject } from './applicable-quotas.ts';

/** What is asked for, by whom. */
export type QuotaRequest = {
  readonly key: KeyEntry;
  readonly grant: KeyGrant;
  /** The public name that is counted: what was admitted, or a model that steps in for it. */
  readonly model: string;
  readonly route: Route;
  readonly deployment: Deployment;
  /**
   * The end user that the app named: by the header for it, else by the field `user`. Its quotas count if a customer of this name is declared
   * and the key may speak for it.
   */
  readonly endUser: unknown;
};

/** The quotas of each request, worked out once for a configuration and what asks for what. */
export type QuotaScopes = {
  of(request: QuotaRequest): readonly NodeQuota[];
  /** Whether it is what goes to this provider that a quota counts. */
  isOfProvider(quota: NodeQuota, providerName: string): boolean;
  reset(): void;
};

/** Names that clients choose are remembered up to this many for a key. */
const REMEMBERED_MAX = 1_000;

type Scope = QuotaSubject['scopes'][number];

export function createQuotaScopes(index: () => ConfigIndex): QuotaScopes {
  let named: NamedQuotas | undefined;
  let known = new WeakMap<KeyGrant, Map<string, readonly NodeQuota[]>>();

  function findOut(request: QuotaRequest, customer: string | undefined): readonly NodeQuota[] {
    named ??= indexNamedQuotas(index());
    const { key, grant, model, route, deployment } = request;
    return applicableQuotas(named, {
      scopes: [
        ...scopesOfKey(index(), key, customer),
        ...grant.tags.map((tag) => scope(index(), 'tag', tag)),
        scope(index(), 'model', route.name),
        scope(index(), 'provider', deployment.providerName),
      ],
      models: [...namesFor(grant, model, route), route.name],
    });
  }

  return {
    of(request) {
      const { grant, key, model, route, deployment } = request;
      const customer = customerOf(index(), key, request.endUser);
      const id = `${model}\n${route.name}\n${deployment.providerName}\n${customer ?? ''}`;
      const ofGrant = known.get(grant) ?? new Map<string, readonly NodeQuota[]>();
      const found = ofGrant.get(id);
      if (found !== undefined) return found;
      if (ofGrant.size >= REMEMBERED_MAX) ofGrant.clear();
      const quotas = findOut(request, customer);
      known.set(grant, ofGrant.set(id, quotas));
      return quotas;
    },
    isOfProvider({ id }, providerName) {
      named ??= indexNamedQuotas(index());
      const { id: owner, quotas = [] } = scope(index(), 'provider', providerName);
      return [...quotas, ...named.of(owner)].some((quota) => quota.id === id);
    },
    reset() {
      named = undefined;
      known = new WeakMap();
    },
  };
}

/** A model that steps in for another, or that a request is copied to, is that of everybody, though the key may put another in the place of its name. */
function namesFor(grant: KeyGrant, model: string, route: Route): readonly string[] {
  const names = grant.namesOf(model);
  return matchesPattern(route.name, names.at(-1) ?? model) ? names : [model];
}

type QuotaKind = 'tag' | 'model' | 'provider' | 'customer';

const scope = (index: ConfigIndex, kind: QuotaKind, name: string): Scope => ({
  id: `${kind}:${name}`,
  quotas: index.get(kind, name)?.quotas,
});

/** The key itself, all that it belongs to, its user as a member of those, and the customer that it speaks for. */
function scopesOfKey(index: ConfigIndex, { name, config }: KeyEntry, customer: string | undefined): Scope[] {
  const owners = ownersOf(index, config).map(
    (owner): Scope => ({ id: `${owner.kind}:${owner.name}`, quotas: owner.config?.quotas }),
  );
  const tenants = new Set(owners.map(({ id }) => id));
  return [
    { id: `virtual-key:${name}`, quotas: config.quotas },
    ...owners,
    ...membershipsOf(index, config.user, tenants),
    ...(customer === undefined ? [] : [scope(index, 'customer', customer)]),
  ];
}

function membershipsOf(index: ConfigIndex, user: string | undefined, tenants: ReadonlySet<string>): Scope[] {
  if (user === undefined) return [];
  const scopes: Scope[] = [];
  for (const { kind, id, value } of index.items(['member'])) {
    if (kind !== 'member' || value.user !== user) continue;
    const { organization, team, project, quotas } = value;
    const tenant = team ? `team:${team}` : project ? `project:${project}` : `organization:${organization}`;
    if (tenants.has(tenant)) scopes.push({ id: `member:${id}`, quotas });
  }
  return scopes;
}

/** A key that is a customer's own speaks for nobody else, and one of an organization only for customers of it. */
function customerOf(index: ConfigIndex, { config }: KeyEntry, endUser: unknown): string | undefined {
  if (typeof endUser !== 'string' || config.customer !== undefined) return undefined;
  const customer = index.get('customer', endUser);
  if (customer === undefined) return undefined;
  if (customer.organization === undefined) return endUser;
  const isOwn = ownersOf(index, config).some(
    ({ kind, name }) => kind === 'organization' && name === customer.organization,
  );
  return isOwn ? endUser : undefined;
}
