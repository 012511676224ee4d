import type { NodeConfigs, VirtualKeyConfig } from '@tollgate/schema';
import type { ConfigIndex, KeyEntry } from '../config/config-index.ts';
import { aliasChain } from '../routing/alias.ts';
import type { Method } from './authorize.ts';
import { createIpRanges } from './ip-ranges.ts';
import { matchesPattern } from './matches-pattern.ts';
import { type Owner, type OwnerNames, ownerNamesOf, ownersOf } from './owners.ts';

/** What a key may do under one revision: within its own bounds and within those of all that it belongs to. */
export type KeyGrant = {
  /** Whoever is blocked of those it belongs to, such as `team search`. */
  readonly blockedOwner: string | undefined;
  /** To whom its usage is recorded. */
  readonly ownerNames: OwnerNames;
  /** Its own labels and those of its tenants. */
  readonly tags: readonly string[];
  /** Answers requests for models that it may not ask for; its customer's. */
  readonly defaultModel: string | undefined;
  mayUse(model: string): boolean;
  /** Finds the path out only if it matters; likewise the address. */
  allowsRoute(pathOf: () => string): boolean;
  allowsAddress(addressOf: () => string): boolean;
  /** Whether its type is for requests of this method. */
  allowsMethod(method: Method): boolean;
};

type Bounds = Pick<NodeConfigs['team'], 'models' | 'accessGroups'>;

/** Names that were asked for are remembered up to this many for a key, as clients choose them. */
const MODELS_REMEMBERED_MAX = 1_000;

/** A key with an owner whom this revision does not know may ask for nothing. */
export function compileGrant(index: ConfigIndex, { config }: KeyEntry): KeyGrant {
  const owners = ownersOf(index, config);
  const isComplete = owners.every((owner) => owner.config !== undefined);
  const bounds: readonly Bounds[] = [config, ...owners.flatMap((owner) => owner.config ?? [])];
  const patterns = bounds.map((bound) => patternsOf(index, bound));
  const remembered = new Map<string, boolean>();
  const ranges = config.allowedIps && createIpRanges(config.allowedIps);

  function findOut(model: string): boolean {
    const names = aliasChain(index, model);
    return isComplete && patterns.every((allowed) => allowed === undefined || matchesAny(allowed, names));
  }

  return {
    blockedOwner: nameOf(owners.find((owner) => owner.config?.blocked === true)),
    ownerNames: ownerNamesOf(owners),
    tags: [...new Set([...(config.tags ?? []), ...owners.flatMap(tagsOf)])],
    defaultModel: owners.flatMap((owner) => (owner.kind === 'customer' && owner.config?.defaultModel) || [])[0],
    mayUse(model) {
      const known = remembered.get(model);
      if (known !== undefined) return known;
      if (remembered.size >= MODELS_REMEMBERED_MAX) remembered.clear();
      const isAllowed = findOut(model);
      remembered.set(model, isAllowed);
      return isAllowed;
    },
    allowsRoute: (pathOf) => {
      if (config.allowedRoutes === undefined) return true;
      const path = pathOf();
      return config.allowedRoutes.some((route) => matchesPattern(route, path));
    },
    allowsAddress: (addressOf) => ranges?.contain(addressOf()) ?? true,
    allowsMethod: (method) => allowsMethod(config.type, method),
  };
}

/** The models and wildcards within a bound; undefined if it does not bound them. */
function patternsOf(index: ConfigIndex, { models, accessGroups }: Bounds): readonly string[] | undefined {
  if (models === undefined && accessGroups === undefined) return undefined;
  const ofGroups = (accessGroups ?? []).flatMap((name) => index.get('access-group', name)?.models ?? []);
  return [...(models ?? []), ...ofGroups];
}

const matchesAny = (patterns: readonly string[], names: readonly string[]): boolean =>
  patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));

const nameOf = (owner: Owner | undefined): string | undefined => owner && `${owner.kind} ${owner.name}`;

const tagsOf = ({ config }: Owner): readonly string[] =>
  (config !== undefined && 'tags' in config && config.tags) || [];

function allowsMethod(type: VirtualKeyConfig['type'], method: Method): boolean {
  switch (type) {
    case undefined:
    case 'inference':
      return true;
    case 'read-only':
      return method === 'get';
    case 'management':
      return false;
    default:
      return type satisfies never;
  }
}

/** Grants by key, compiled when first asked for and forgotten when the configuration changes. */
export type KeyGrants = { of(key: KeyEntry): KeyGrant; reset(): void };

export function createKeyGrants(index: () => ConfigIndex): KeyGrants {
  let compiled = new WeakMap<KeyEntry, KeyGrant>();
  return {
    of(key) {
      const known = compiled.get(key);
      if (known !== undefined) return known;
      const grant = compileGrant(index(), key);
      compiled.set(key, grant);
      return grant;
    },
    reset() {
      compiled = new WeakMap();
    },
  };
}
